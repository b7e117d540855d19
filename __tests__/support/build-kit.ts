import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import path from 'node:path'

/** What a step's environment needs for the CLI to build with BuildKit; `folder` is one for what has to be made. */
export function buildKitEnv(folder: string): Readonly<Record<string, string>> {
  if (answers('docker', ['buildx', 'version'])) return {}
  const unpacked = process.env.ACODE_TEST_BUILDKIT ?? ''
  const plugin = path.join(unpacked, 'usr/libexec/docker/cli-plugins/docker-buildx')
  if (existsSync(plugin)) {
    mkdirSync(path.join(folder, 'cli-plugins'), { recursive: true })
    symlinkSync(plugin, path.join(folder, 'cli-plugins/docker-buildx'))
    return { DOCKER_CONFIG: folder }
  }
  // Until its version 23 the CLI had BuildKit in itself.
  const cli = ['/usr/bin/docker', path.join(unpacked, 'usr/bin/docker')].find((one) =>
    /^(19|20|22)\./.test(answers(one, ['version', '--format', '{{.Client.Version}}']) ?? ''),
  )
  if (cli === undefined)
    throw new Error(
      'There is no BuildKit: no docker-buildx, and no CLI that has it. Run script/engine again.',
    )
  mkdirSync(folder, { recursive: true })
  symlinkSync(cli, path.join(folder, 'docker'))
  return { PATH: [folder, process.env.PATH].join(path.delimiter) }
}

function answers(program: string, args: readonly string[]): string | null {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return null // not there, or without that command
  }
}

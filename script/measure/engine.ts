import { spawnSync } from 'node:child_process'

/** The engine of this shell as a person knows it: "Docker Engine 28.5.1 at unix:///var/run/docker.sock". */
export function engineInUse(): string {
  const { stdout, status } = docker('version', '--format', '{{.Server.Version}}')
  if (status !== 0) throw new Error('No Docker Engine answers. Start one, or let script/engine start one.')
  const { stdout: context } = docker('context', 'inspect', '--format', '{{.Endpoints.docker.Host}}')
  const host = process.env.DOCKER_HOST ?? (context.trim() || 'its default address')
  const own = `unix://${process.env.ACODE_ENGINE_DIR || '/var/tmp/acode-engine'}/docker.sock`
  const whose = host === own ? 'of script/engine' : 'yours'
  return `Docker Engine ${stdout.trim()} at ${host} (${whose})`
}

/**
 * The first of these images that the engine has, or else the last, pulled.
 * @throws Error when it has none and the last cannot be pulled
 */
export function usableImage(...names: readonly string[]): string {
  const there = names.find((name) => docker('image', 'inspect', name).status === 0)
  if (there !== undefined) return there
  const last = names.at(-1) ?? ''
  const { status, stderr } = docker('pull', '--quiet', last)
  if (status !== 0)
    throw new Error(
      `The engine has none of ${names.join(', ')}, and ${last} cannot be pulled: ${stderr.trim()}`,
    )
  return last
}

/** Ends the program with a sentence: what went wrong is the machine's, and a stack would not help anyone. */
export function endWith(program: string, error: unknown): never {
  console.error(`${program}: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
}

const docker = (...args: readonly string[]) =>
  spawnSync('docker', args, { encoding: 'utf8', timeout: 300_000, killSignal: 'SIGKILL' })

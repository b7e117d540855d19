import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { imageName } from './engine.ts'

const MAIN = path.resolve(import.meta.dirname, '../../dist/main/index.js')

/** Vitest's global set-up for the tests that need a real engine and the built action: says what is missing. */
export default async function requireEngine(): Promise<void> {
  if (!existsSync(MAIN)) throw new Error('dist/main/index.js is missing: run `npm run build` first.')
  try {
    await docker('version', '--format', '{{.Server.Version}}')
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim() : String(error)
    throw new Error(
      [
        'No Docker Engine answers, and these tests need a real one. Start the one of the tests:',
        '  script/engine',
        '  eval "$(script/engine env)"',
        'or run everything with script/test.',
        reason,
      ].join('\n'),
      { cause: error },
    )
  }
  await docker('image', 'inspect', imageName.base).catch((error: unknown) => {
    throw new Error(
      'The Docker Engine that answers has none of the images of the tests; only an engine of script/engine has them, which needs Linux, apt-get, and root or sudo without a password.',
      { cause: error },
    )
  })
}

const docker = (...args: string[]) =>
  promisify(execFile)('docker', args, { timeout: 15_000, killSignal: 'SIGKILL' })

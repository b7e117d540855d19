import { spawnSync } from 'node:child_process'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'

/**
 * Loaded before a program (`node --import`), ends it with SIGKILL at its nth change of a file or folder whose path
 * fits a pattern: just before the change is made. So the program itself has no point at which it can be told to die.
 */
const { DEADLY_FILES, DEADLY_AT } = process.env
if (DEADLY_FILES !== undefined) arm(new RegExp(DEADLY_FILES), Number(DEADLY_AT))

function arm(pattern: RegExp, at: number): void {
  const files: Record<string, unknown> = createRequire(import.meta.url)('node:fs/promises')
  let count = 0
  for (const name of ['mkdir', 'rename', 'symlink', 'writeFile', 'chmod', 'rmdir', 'rm', 'unlink']) {
    const real = files[name]
    if (typeof real !== 'function') throw new Error(`node:fs/promises has no ${name}`)
    files[name] = (...args: unknown[]) => {
      if (args.some((one) => pattern.test(textOf(one))) && ++count === at)
        process.kill(process.pid, 'SIGKILL')
      return real.apply(files, args)
    }
  }
  syncBuiltinESMExports()
}

const textOf = (argument: unknown): string =>
  typeof argument === 'string' || Buffer.isBuffer(argument) ? argument.toString('latin1') : ''

/** The environment in which node programs die at the nth change of what fits the pattern. */
export const deadlyFiles = (pattern: string, at: number): Record<string, string> => ({
  NODE_OPTIONS: `--import=${path.join(import.meta.dirname, 'deadly-files.ts')}`,
  DEADLY_FILES: pattern,
  DEADLY_AT: String(at),
})

/** Runs a program of the tests in such an environment. */
export function runDeadly(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): { killed: boolean; output: string } {
  const { signal, status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    env: { ...process.env, NODE_COMPILE_CACHE: path.join(tmpdir(), 'acode-test-compiled'), ...env },
    encoding: 'utf8',
  })
  if (signal === null && status !== 0) throw new Error(`${path.basename(script)}: ${stderr}`)
  return { killed: signal === 'SIGKILL', output: stdout }
}

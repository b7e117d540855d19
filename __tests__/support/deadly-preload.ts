import { existsSync, writeFileSync } from 'node:fs'
import { createRequire, syncBuiltinESMExports } from 'node:module'

/**
 * Loaded before a program (`node --import`), ends it with SIGKILL at its nth change of a file or folder whose path
 * fits a pattern: just before the change is made. So the program itself has no point at which it can be told to die.
 * Programs that are started later, as post is, live.
 */
const { DEADLY_FILES, DEADLY_AT, DEADLY_ONCE = '' } = process.env
if (DEADLY_FILES !== undefined && !existsSync(DEADLY_ONCE)) arm(new RegExp(DEADLY_FILES), Number(DEADLY_AT))

function arm(pattern: RegExp, at: number): void {
  const files: Record<string, unknown> = createRequire(import.meta.url)('node:fs/promises')
  let count = 0
  for (const name of ['mkdir', 'rename', 'symlink', 'writeFile', 'chmod', 'rmdir', 'rm', 'unlink']) {
    const real = files[name]
    if (typeof real !== 'function') throw new Error(`node:fs/promises has no ${name}`)
    files[name] = (...args: unknown[]) => {
      if (args.some((one) => pattern.test(textOf(one))) && ++count === at) {
        writeFileSync(DEADLY_ONCE, '')
        process.kill(process.pid, 'SIGKILL')
      }
      return real.apply(files, args)
    }
  }
  syncBuiltinESMExports()
}

const textOf = (argument: unknown): string =>
  typeof argument === 'string' || Buffer.isBuffer(argument) ? argument.toString('latin1') : ''

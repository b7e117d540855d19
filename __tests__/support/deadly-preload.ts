import { existsSync, readlinkSync, writeFileSync } from 'node:fs'
import { createRequire, syncBuiltinESMExports } from 'node:module'

/**
 * Loaded before a program (`node --import`), ends it with SIGKILL at its nth change of a file or folder whose path
 * fits a pattern: just before the change is made. So the program itself has no point at which it can be made to die.
 * Programs that are started later, as post is, live.
 */
const { DEADLY_FILES, DEADLY_AT, DEADLY_ONCE = '' } = process.env
if (DEADLY_FILES !== undefined && !existsSync(DEADLY_ONCE)) arm(new RegExp(DEADLY_FILES), Number(DEADLY_AT))

function arm(pattern: RegExp, at: number): void {
  const files: Record<string, unknown> = createRequire(import.meta.url)('node:fs/promises')
  let count = 0
  for (const name of ['open', 'mkdir', 'rename', 'symlink', 'writeFile', 'chmod', 'rmdir', 'rm', 'unlink']) {
    const real = files[name]
    if (typeof real !== 'function') throw new Error(`node:fs/promises has no ${name}`)
    files[name] = (...args: unknown[]) => {
      if (isChange(name, args) && args.some((one) => pattern.test(textOf(one))) && ++count === at) {
        writeFileSync(DEADLY_ONCE, '')
        process.kill(process.pid, 'SIGKILL')
      }
      return real.apply(files, args)
    }
  }
  syncBuiltinESMExports()
}

/** To open a file is a change where that makes one. */
const isChange = (name: string, [, flags]: readonly unknown[]): boolean =>
  name !== 'open' || (typeof flags === 'string' && flags.startsWith('w'))

/** The path that an argument is, also where it leads through an open folder. */
function textOf(argument: unknown): string {
  if (typeof argument !== 'string' && !Buffer.isBuffer(argument)) return ''
  const text = argument.toString('latin1')
  return text.replace(/^\/proc\/self\/fd\/\d+/, (open) => (existsSync(open) ? readlinkSync(open) : open))
}

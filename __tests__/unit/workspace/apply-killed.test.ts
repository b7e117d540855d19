import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { deadlyFiles, runDeadly } from '../../support/deadly-files.ts'
import { TRIES_TIMEOUT_MS, tries } from '../../support/slow.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { bash } from '../../support/tree.ts'

const PROGRAM = join(import.meta.dirname, '../../support/apply-program.ts')

const CHECKOUT = `
  umask 022
  echo 1 > changed; chmod 640 changed; echo 1 > run; echo 1 > deleted; echo 1 > to-link
  echo 1 > file-to-folder; ln -s /etc link-to-folder
  mkdir -p folder-to-file/deep folder-to-file/empty/er emptied/deep kept
  echo a > folder-to-file/a; echo b > folder-to-file/deep/b; echo c > emptied/deep/c; echo d > kept/d; echo e > kept/e
  echo 1 > $'b\\xffyte'; echo other > other
`

function newCheckout(): string {
  const folder = join(temporaryFolder(), 'checkout')
  mkdirSync(folder)
  bash(CHECKOUT, folder)
  return folder
}

/** All of a tree but times and inode numbers. */
const tree = (folder: string): string =>
  bash(
    `find . -printf '%p %y %m %U %G %l\\n' | sort; find . -type f -print0 | sort -z | xargs -0 -r sha256sum`,
    folder,
  )

const apply = (folder: string, env = {}) => runDeadly(PROGRAM, ['apply', folder], env)
const recover = (folder: string, env = {}) => runDeadly(PROGRAM, ['recover', folder], env)

/** Every so manieth moment of the apply is tried. */
const EVERY = tries(3, 1)

describe('an apply that is killed (GIT-2, GIT-6)', () => {
  it(
    'at any moment is all or nothing once it is recovered, be the recovery killed as it may',
    () => {
      const before = tree(newCheckout())
      const applied = newCheckout()
      apply(applied)
      const after = tree(applied)
      const ends = new Set<string>()
      for (let n = 1; ; n += EVERY) {
        const folder = newCheckout()
        if (!apply(folder, deadlyFiles(dirname(folder), n)).killed) break
        recover(folder, deadlyFiles(dirname(folder), 1 + (n % 23)))

        recover(folder)

        const now = tree(folder)
        if (now !== before) expect(now, `killed at change ${n}`).toBe(after)
        ends.add(now)
      }
      expect(ends).toEqual(new Set([before, after]))
    },
    TRIES_TIMEOUT_MS,
  )
})

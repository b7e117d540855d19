import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Docker } from '../../../src/engine/docker.ts'
import { prepareClone } from '../../../src/workspace/methods/clone.ts'
import { UnusableMethodError } from '../../../src/workspace/workspace.ts'
import { failGitAt } from '../../support/failing-git.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { bash } from '../../support/tree.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('a clone (GIT-1)', () => {
  it.each([
    ['which branch', 'symbolic-ref --quiet HEAD'],
    ['which commit', 'rev-parse --verify --quiet HEAD'],
  ])('is not made where git cannot say %s is checked out', async (_, command) => {
    const folder = temporaryFolder()
    const checkout = join(folder, 'checkout')
    const scratch = join(folder, 'scratch')
    for (const one of [checkout, scratch]) mkdirSync(one)
    bash('git init -q -b main; echo one >f; git add -A; git commit -qm one', checkout)
    failGitAt(command)
    const ids = { uid: 0, gid: 0 }
    const made = prepareClone({
      // Nothing of an engine is needed before the clone is there.
      docker: new Docker({ call: () => undefined, slow: () => undefined }),
      ...{ name: 'acode-test', labels: {}, image: 'none', runner: { ...ids, inside: ids } },
      ...{ runnerPath: checkout, enginePath: checkout, isCertain: true, path: checkout, reason: 'asked for' },
      ...{ uncommitted: false, isStaging: () => false, rootOverrides: true, scratch, engineScratch: scratch },
      ...{ cancel: new AbortController().signal, onCredentials: () => undefined, onUnread: () => undefined },
    })
    await expect(made).rejects.toThrow(UnusableMethodError)
    await expect(made).rejects.toThrow(/Out of memory/)
  })
})

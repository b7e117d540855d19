import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { changeFiles } from '../../../src/workspace/patch/change-files.ts'
import { writeChanges } from '../../../src/workspace/patch/collect.ts'
import { folderBaseline } from '../../../src/workspace/tree.ts'
import { wide } from '../../support/budget.ts'
import { failGitAt } from '../../support/failing-git.ts'
import { PatchCase } from '../../support/patch-case.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { bash } from '../../support/tree.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

/** What is written of a file's new content, in a repository that had one line in it. */
async function written(content: Buffer) {
  const folder = temporaryFolder()
  const base = join(folder, 'checkout')
  const record = join(folder, 'record')
  mkdirSync(base)
  mkdirSync(record)
  bash('git init -q -b main; echo 1 >f; echo "*.o" >.gitignore; git add -A; git commit -qm one', base)
  const state = (bytes: Buffer) => ({ mode: '100644' as const, content: { bytes } })
  const changes = {
    written: new Map([
      ['f', state(content)],
      ['a.o', state(Buffer.from('x'))],
    ]),
    deleted: new Set<string>(),
    special: [],
  }
  const collected = { changes, baseline: folderBaseline(base), base, isDrawn: true }
  const report = await writeChanges(collected, join(folder, 'scratch'), changeFiles(record), wide())
  return { report, base }
}

describe('a patch (GIT-6)', () => {
  it.each([
    ['in lines up to 8 MiB', 8, false],
    ['binary above', 9, true],
  ])('has a file %s, and applies', async (_, mebibytes, isBinary) => {
    const content = Buffer.alloc(mebibytes * 1024 ** 2, 'some text that is a line of a log\n')
    const { report, base } = await written(content)
    expect(report).toMatchObject({ ignored: 1, warnings: [] })
    expect(readFileSync(report.file ?? '', 'latin1').includes('GIT binary patch')).toBe(isBinary)
    bash(`git apply '${report.file}'`, base)
    expect(readFileSync(join(base, 'f')).equals(content)).toBe(true)
  })

  it.each(['fast-import', 'diff-tree'])(
    'that git cannot write (%s) is an archive, and says so',
    async (command) => {
      failGitAt(command)
      const { report } = await written(Buffer.from('2\n'))
      expect(report.file).toMatch(/changes\.tar$/)
      expect(existsSync(report.file ?? '')).toBe(true)
      expect(report.warnings).toEqual([
        expect.stringMatching(
          /^There is no patch but changes\.tar: git cannot write it \(.*Out of memory\)$/,
        ),
      ])
    },
  )

  it('has no bundle where git cannot say what is checked out', async () => {
    const repository = new PatchCase('echo one >f')
    failGitAt('rev-parse --verify --quiet HEAD')
    const report = await repository.collect('echo two >f; git commit -qam two')
    expect(report).toMatchObject({
      commits: 0,
      commitsLost: expect.stringMatching(/rev-parse.*Out of memory/),
    })
  })

  it.each([
    ['a detached HEAD', 'git clone -q origin checkout; git -C checkout checkout -q --detach'],
    ['a branch without a commit', 'git init -q -b main checkout'],
  ])('has a bundle of what is committed on %s', async (_, checkOut) => {
    const repository = new PatchCase('echo one >f', checkOut)
    const report = await repository.collect('git commit -q --allow-empty -m two')
    expect(report).toMatchObject({ commitsLost: null })
    expect(report.commits).toBeGreaterThan(0)
  })

  it('has what is ignored where git cannot say what that is', async () => {
    failGitAt('check-ignore')
    const { report } = await written(Buffer.from('2\n'))
    expect(report).toMatchObject({
      ignored: 0,
      warnings: [expect.stringMatching(/^Nothing is left out as ignored/)],
    })
    expect(readFileSync(report.file ?? '', 'latin1')).toContain('a.o')
  })
})

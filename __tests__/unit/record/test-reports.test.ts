import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ReportsRequest, readReports } from '../../../src/record/collect/test-reports.ts'
import type { Changes } from '../../../src/workspace/changes.ts'
import { wide } from '../../support/budget.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const junit = (...tests: string[]): string => `<testsuite name="s">${tests.join('')}</testsuite>`
const passed = (name: string): string => `<testcase name="${name}" time="1"/>`
const failed = (name: string, file: string): string =>
  `<testcase name="${name}" file="${file}"><failure message="no"/></testcase>`

/** A checkout with these files, and what a task left: changes of it, and artifacts. */
function left(
  files: Readonly<Record<string, string>>,
  written: Readonly<Record<string, string>> = {},
  artifacts: Readonly<Record<string, string>> = {},
) {
  const root = temporaryFolder()
  const put = (folder: string, all: Readonly<Record<string, string>>) => {
    for (const [name, content] of Object.entries(all)) {
      mkdirSync(dirname(join(root, folder, name)), { recursive: true })
      writeFileSync(join(root, folder, name), content)
    }
  }
  mkdirSync(join(root, 'work'))
  put('work', files)
  put('artifacts', artifacts)
  const changes: Changes = {
    written: new Map(
      Object.entries(written).map(([name, content]) => [
        name,
        { mode: '100644', content: { bytes: Buffer.from(content) } },
      ]),
    ),
    deleted: new Set(),
    special: [],
  }
  const read = (globs: string[], change: Partial<ReportsRequest> = {}) =>
    readReports({
      globs,
      workspace: join(root, 'work'),
      changes,
      artifacts: Object.keys(artifacts).length > 0 ? join(root, 'artifacts') : null,
      container: { workspace: '/w', workdir: '/w/packages/a' },
      budget: wide(),
      ...change,
    })
  return { root, read }
}

describe('readReports (SEE-2)', () => {
  it('reads what the task wrote, what was there, and artifacts, as one', async () => {
    const { read } = left(
      { 'old.xml': junit(passed('old')), 'new.xml': 'stale' },
      { 'new.xml': junit(passed('new')) },
      { 'deep/own.xml': junit(passed('own')) },
    )
    const { tests, warnings } = await read(['*.xml', 'deep/*.xml'])
    expect(tests).toMatchObject({ total: 3, passed: 3, failed: 0, seconds: 3 })
    expect(tests?.files.map(({ name }) => name).sort()).toEqual(['deep/own.xml', 'new.xml', 'old.xml'])
    expect(warnings).toEqual([])
  })

  it.each([
    ['/w/packages/a/src/x.ts', 'packages/a/src/x.ts'],
    ['src/x.ts', 'packages/a/src/x.ts'],
    ['./src/x.ts', 'packages/a/src/x.ts'],
    ['file:///w/packages/a/src/x.ts', 'packages/a/src/x.ts'],
    ['top.ts', 'top.ts'],
    ['packages/a/src/x.ts', 'packages/a/src/x.ts'],
    ['../../../etc/passwd', null],
    ['/etc/passwd', null],
    ['not-there.ts', null],
    ['src', null],
  ])('finds the file %s of a failed test in the checkout: %s', async (file, found) => {
    const { read } = left({ 'packages/a/src/x.ts': '', 'top.ts': '' }, { 'r.xml': junit(failed('f', file)) })
    const { tests } = await read(['r.xml'])
    expect(tests?.failures).toEqual([{ name: 'f', suite: 's', message: 'no', file: found, line: null }])
  })

  it('counts a file that ends in its middle, and names it', async () => {
    const { read } = left(
      {},
      { 'a.xml': `<testsuite>${passed('one')}${failed('two', 'x')}<testca`, 'b.xml': 'no' },
    )
    const { tests, warnings } = await read(['*.xml'])
    expect(tests).toMatchObject({ total: 2, failed: 1 })
    expect(warnings).toEqual([expect.stringMatching(/not whole.*a\.xml \(.+\), b\.xml \(.+\)$/)])
  })

  it('says that no file matches', async () => {
    const { read } = left({ 'a.txt': '' })
    expect(await read(['*.xml', 'x/*'])).toEqual({
      tests: null,
      warnings: ['No file matches reports: *.xml, x/*'],
    })
  })

  it('GIT-1 follows no link out of the workspace, and reads no git folder', async () => {
    const { root, read } = left({ '.git/r.xml': junit(passed('x')) })
    writeFileSync(join(root, 'secret.xml'), junit(passed('secret')))
    symlinkSync(join(root, 'secret.xml'), join(root, 'work', 'l.xml'))
    expect((await read(['*.xml', '.git/*.xml', '../*.xml'])).tests).toBeNull()
  })
})

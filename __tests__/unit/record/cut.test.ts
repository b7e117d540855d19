import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { chooseCut, cutRecord, filesOf } from '../../../src/record/cut.ts'
import { recordPaths, runFolderAt } from '../../../src/record/folder.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const MIB = 1024 ** 2
const folder = runFolderAt('/run')
const paths = recordPaths(folder, 'container')
const file = (name: string, bytes: number) => ({ path: path.join(paths.base, name), bytes })
const [run, events] = [file('metadata/run.json', 3_000), file('metadata/events.jsonl', 2_000)]

describe('RNR-6 a record that is too large for the time that is left', () => {
  it.each([
    ['metadata before a small artifact', [file('artifacts/a', 2_000), run], 4_000, [run]],
    ['all that is whole, and small', [file('changes.patch', 9 * MIB), events, run], 4 * MIB, [events, run]],
    [
      'a log that is short',
      [file('logs/runner.log', MIB), run],
      4 * MIB,
      [run, file('logs/runner.log', MIB)],
    ],
  ])('keeps %s', (_, files, most, whole) => {
    const cut = chooseCut(files, paths, most)
    expect(cut.whole).toEqual(whole)
    expect(cut.logEnd).toBeNull()
    expect(cut.leftOut).toEqual(files.filter((one) => !whole.some(({ path }) => path === one.path)))
  })

  it('keeps room for the end of its log', () => {
    const log = file('logs/runner.log', 900 * MIB)
    const patch = file('changes.patch', 3.5 * MIB)
    expect(chooseCut([patch, log, run], paths, 4 * MIB)).toEqual({
      whole: [run],
      logEnd: log,
      leftOut: [patch],
    })
  })

  it('is cut at a line, and says what it lacks', async () => {
    const made = runFolderAt(path.join(temporaryFolder(), 'acode-x'))
    const at = recordPaths(made, 'container')
    for (const each of [at.run, at.log, path.join(at.artifacts, 'x')])
      mkdirSync(path.dirname(each), { recursive: true })
    writeFileSync(at.run, '{}')
    const line = 'a line of the log\n'
    writeFileSync(at.log, line.repeat(100_000))
    writeFileSync(path.join(at.artifacts, 'large'), Buffer.alloc(2 * MIB))
    const into = path.join(made.root, 'cut')

    await cutRecord(made, at, into, 2 * MIB)

    const names = (await filesOf(into)).map(({ path: name }) => path.relative(into, name)).toSorted()
    expect(names).toEqual([
      'container/logs/runner.log',
      'container/metadata/left-out.txt',
      'container/metadata/run.json',
    ])
    const log = readFileSync(path.join(into, 'container/logs/runner.log'), 'utf8')
    expect(log.length).toBeGreaterThan(MIB - 2 * line.length)
    expect(log.replaceAll(line, '')).toBe('')
    const note = readFileSync(path.join(into, 'container/metadata/left-out.txt'), 'utf8')
    expect(note).toContain('Of runner.log only the last 1.0 MiB are here.')
    expect(note).toContain('Left out:\ncontainer/artifacts/large (2.0 MiB)')
  })
})

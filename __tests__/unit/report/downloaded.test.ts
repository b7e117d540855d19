import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { downloadedRecords } from '../../../src/report/artifacts/downloaded.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe('downloadedRecords (RNR-4)', () => {
  it('of the runner’s temporary folder are the records of this job’s tasks, and nothing that a task wrote beside them', async () => {
    const temp = temporaryFolder()
    for (const file of [
      'acode-s1-a-00000000/record/container/metadata/run.json',
      'acode-s1-a-00000000/private/folder-0/metadata/run.json',
      'acode-s1-b/container/metadata/run.json',
      'report-of-tasks-abc/index.html',
      '_runner_file_commands/set_output',
    ]) {
      mkdirSync(dirname(join(temp, file)), { recursive: true })
      writeFileSync(join(temp, file), '{}')
    }
    const found = await downloadedRecords(temp)
    const paths = await Promise.all(
      found.map(async ({ name, list }) => [name, (await list()).map(({ path }) => path)]),
    )
    expect(Object.fromEntries(paths)).toEqual({
      'acode-s1-a-00000000': ['container/metadata/run.json'],
      'acode-s1-b': ['container/metadata/run.json'],
    })
  })

  const merged = [
    ['one name', ['c/metadata/run.json', 'c/metadata/acode-s1-a', 'c/metadata/acode-s1-b'], true],
    ['their own folders', ['a/metadata/run.json', 'b/metadata/run.json'], true],
    ['no names', ['c/metadata/run.json'], false],
    ['a task’s own files', ['c/metadata/run.json', 'c/artifacts/metadata/acode-s1-b'], false],
    ['one of one', ['c/metadata/run.json', 'c/metadata/acode-s1-a'], false],
  ] as const

  it.each(merged)(
    'ACT-4 refuses records that were merged into one folder: %s',
    async (_, files, isMerged) => {
      const folder = temporaryFolder()
      for (const file of files) {
        mkdirSync(dirname(join(folder, file)), { recursive: true })
        writeFileSync(join(folder, file), '{}')
      }
      const found = downloadedRecords(folder)
      if (isMerged) await expect(found).rejects.toThrow(/records of 2 tasks in one folder.*merge-multiple/)
      else expect(await found).toHaveLength(1)
    },
  )
})

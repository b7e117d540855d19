import { writeFileSync } from 'node:fs'
import { expect, it, vi } from 'vitest'
import { processIdentity } from '../../../src/host/identity.ts'
import { finishKilled } from '../../../src/post/clean-left.ts'
import { makeRunFolder, newRunFolder, recordPaths } from '../../../src/record/folder.ts'
import { readRecord } from '../../../src/record/read-record.ts'
import type { RunRecord } from '../../../src/record/run-record.ts'
import { fileCommands } from '../../support/file-commands.ts'
import { deadLabels, type Had, keepingEngine } from '../../support/keeping-engine.ts'
import { packedCache } from '../../support/packed-cache.ts'
import { killedState, SIGNALS } from '../../support/post-state.ts'
import { recordWith } from '../../support/record.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** Lets post finish what a main left: its record, and containers on the engine. */
async function finishAfter(
  fields: Partial<RunRecord>,
  containers: readonly Had[],
  before: (runFolder: string) => Promise<void> = async () => undefined,
  answerFirst: Parameters<typeof keepingEngine>[1] = () => false,
) {
  const log = fileCommands()
  const temp = temporaryFolder()
  for (const name of ['RUNNER_WORKSPACE', 'GITHUB_WORKSPACE', 'RUNNER_TEMP'])
    vi.stubEnv(name, name === 'RUNNER_TEMP' ? temp : `${temp}/repository`)
  await keepingEngine({ containers }, answerFirst)
  const folder = newRunFolder(temp, 'acode-s1-unit')
  const paths = recordPaths(folder, 'container')
  await makeRunFolder(folder, paths, processIdentity())
  writeFileSync(paths.run, JSON.stringify(recordWith(fields)))
  await before(folder.root)
  await finishKilled(killedState(folder.root), SIGNALS)
  const { record } = await readRecord(paths.run)
  return { record, printed: log.printed() }
}

const ENDED = { finishedAt: '2026-01-02T03:05:00.000Z', durationSeconds: 1, status: 'succeeded' } as const
const lostOf = (name: string) =>
  `What ${name} wrote to /w could not all be given to user 1001: it took too long. Give it back with: sudo chown -R 1001:1001 /w`

it('CTN-12 post says in log and record which files it could not give back', async () => {
  const labels = { ...deadLabels('unit'), 'acode.shared': 'foreign' }
  const { record, printed } = await finishAfter(ENDED, [{ name: 'acode-s1-unit', labels }])
  const failure = /What acode-s1-unit wrote to folders of its runner .* could not be given back/
  expect(record?.cleanup).toMatchObject({
    removed: ['acode-s1-unit'],
    failed: [expect.stringMatching(failure)],
  })
  expect(printed).toMatch(failure)
})

it('CTN-12 post keeps what main could not give back, but of a container that post removed itself', async () => {
  const cleanup = {
    ...{ removed: ['acode-s0-other'], orphans: [], kept: [] },
    failed: [lostOf('acode-s0-other'), lostOf('acode-s1-unit'), 'The container acode-s1-unit is there.'],
  }
  const labels = deadLabels('unit')
  const { record } = await finishAfter({ ...ENDED, cleanup }, [{ name: 'acode-s1-unit', labels }])
  expect(record?.cleanup.failed).toEqual([lostOf('acode-s0-other')])
})

it('CTN-12 of a container that post cannot remove either, post’s own words are kept', async () => {
  const cleanup = { removed: [], orphans: [], kept: [], failed: [lostOf('acode-s1-unit')] }
  const containers = [{ name: 'acode-s1-unit', labels: deadLabels('unit') }]
  const stuck: Parameters<typeof keepingEngine>[1] = ({ method, url }, answer) => {
    if (method !== 'DELETE' || !url?.includes('/containers/')) return false
    answer.writeHead(500, { 'Content-Type': 'application/json' }).end('{"message":"it is stuck"}')
    return true
  }
  const { record } = await finishAfter({ ...ENDED, cleanup }, containers, undefined, stuck)
  expect(record?.cleanup.failed).toEqual([expect.stringMatching(/acode-s1-unit .*it is stuck/)])
})

it('BES-3 post saves the caches of a task whose main could not remove all that it found', async () => {
  let saved: () => string[] = () => []
  const cleanup = { removed: [], orphans: [], kept: [], failed: ['The volume v is there.'] }
  await finishAfter({ ...ENDED, cleanup }, [], async (runFolder) => {
    saved = await packedCache(runFolder)
  })
  expect(saved()).toEqual(['npm-1'])
})

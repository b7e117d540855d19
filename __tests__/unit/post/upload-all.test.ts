import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { uploadAll } from '../../../src/post/upload-all.ts'
import { fileCommands } from '../../support/file-commands.ts'
import { packedCache } from '../../support/packed-cache.ts'
import { killedState, SIGNALS } from '../../support/post-state.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const LOST = new Error('the service is down')

it('BES-3 caches are saved also where the record could not be uploaded, which is what is reported', async () => {
  fileCommands()
  vi.stubEnv('RUNNER_TEMP', temporaryFolder())
  const state = killedState(join(temporaryFolder(), 'acode-s1-unit-00000000'))
  const saved = await packedCache(state.folder)
  const uploader = Promise.resolve(() => Promise.reject(LOST))
  await expect(uploadAll(uploader, state, 'succeeded', SIGNALS)).rejects.toBe(LOST)
  expect(saved()).toEqual(['npm-1'])
})

it.each([
  ['failed', 'success', 'the task’s status is failed'],
  ['succeeded', 'failure', 'the job’s status is failure'],
] as const)('BES-3 no cache of a task that %s in a job of status %s is saved', async (status, job, why) => {
  const log = fileCommands()
  vi.stubEnv('INPUT_JOB-STATUS', job)
  const state = killedState(join(temporaryFolder(), 'acode-s1-unit-00000000'))
  const saved = await packedCache(state.folder)
  await uploadAll(null, state, status, SIGNALS)
  expect(saved()).toEqual([])
  expect(log.printed()).toContain(`No cache is saved: ${why}.`)
})

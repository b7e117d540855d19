import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { dead, makeManaged } from '../../support/managed-container.ts'
import { recordOf } from '../../support/record.ts'
import { TaskJob } from '../../support/task-job.ts'

const base = { image: imageName.base, network: 'none', workspace: 'bind', 'max-containers': '1' }
const untilDone = 'echo at work; while [ ! -e done ]; do sleep 0.05; done'
const WAITS = /^Waiting for a turn: 1 at most \(max-containers\), and \d (is|are) before it \(.*-first.*\)$/m

it('CTN-14 no more containers than a task allows run at once: it waits for its turn, and can be cancelled then', async () => {
  const task = await TaskJob.create()
  const first = task.job.start({ ...base, 'task-id': 'first', run: untilDone })
  await first.sees(/^at work/m)
  const [second, third] = ['second', 'third'].map((id) =>
    task.job.start({ ...base, 'task-id': id, run: 'echo ran' }),
  )
  if (!second || !third) throw new Error('two were started')
  await second.sees(/^Waiting for a turn/m)
  await third.sees(/^Waiting for a turn/m)
  const cancelled = await third.cancel()
  expect(await recordOf(cancelled), cancelled.log).toMatchObject({ status: 'cancelled' })
  await cancelled.post()
  writeFileSync(path.join(task.job.workspace, 'done'), '')
  const results = await Promise.all([first.result, second.result])
  for (const result of results)
    expect(await recordOf(result), result.log).toMatchObject({ status: 'succeeded' })
  expect(results[1]?.log).toMatch(WAITS)
  await task.expectNothingLeft()
})

it('CTN-14 a task whose turn does not come within its timeout is given up', async () => {
  const task = await TaskJob.create()
  const session = `${task.session}x`
  await makeManaged({ name: `acode-${session}-first`, session, running: true })
  const step = await task.job.uses({ ...base, timeout: '2s', run: 'true' })
  const record = await recordOf(step)
  expect(record, step.log).toMatchObject({ status: 'timed-out', error: { code: 'ACODE-CTN-007' } })
  expect(record.error?.message).toContain(`1 is before it (acode-${session}-first), of 1 at most`)
})

it('CTN-14 what a dead run left takes no turn', async () => {
  const task = await TaskJob.create()
  const session = `${task.session}x`
  await makeManaged({ name: `acode-${session}-first`, session, running: true, owner: dead() })
  const step = await task.job.uses({ ...base, run: 'true' })
  expect(await recordOf(step), step.log).toMatchObject({ status: 'succeeded' })
})

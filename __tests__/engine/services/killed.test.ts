import { describe, expect, it } from 'vitest'
import { imageName, networks, volumes } from '../../support/engine.ts'
import { EngineGate, killedAt, type Moment, REQUEST } from '../../support/engine-gate.ts'
import { recordOf } from '../../support/record.ts'
import { someOf } from '../../support/slow.ts'
import { TaskJob } from '../../support/task-job.ts'

const base = { image: imageName.base, workspace: 'none', upload: 'never' }
const inputs = {
  ...base,
  secrets: 'WORD=hidden',
  services: `db: { image: '${imageName.base}', command: [nc, -ll, -p, '80', -e, 'true'], secrets: [WORD], ready: { port: 80 } }`,
  run: 'true',
}

const OF_SERVICE = /^POST \/containers\/create\?name=\S+\.service-/
const KILLED: [what: string, call: RegExp, when: Moment][] = [
  ['before the container of the service is created', OF_SERVICE, 'before'],
  ['when it is created', OF_SERVICE, 'after'],
  ['when it has its secrets', REQUEST.write, 'after'],
  ['while it is started', REQUEST.start, 'during'],
  ['when it is started', REQUEST.start, 'after'],
  ['when the task and its service have run', REQUEST.remove, 'before'],
  ['when the first of them is removed', REQUEST.remove, 'after'],
  ['before their network is removed', REQUEST.networkRemove, 'before'],
]

async function expectNothing(task: TaskJob): Promise<void> {
  expect(await task.containers()).toEqual([])
  expect(await networks(`label=acode.session=${task.session}`)).toEqual([])
  expect(await volumes(`label=acode.session=${task.session}`)).toEqual([])
}

describe('BES-1, CTN-6, CTN-11 services whose main was killed', () => {
  it.each(someOf(KILLED, 3))('%s: post takes them along', async (_what, call, when) => {
    const task = await TaskJob.create()
    const gate = await EngineGate.start()
    const killed = await killedAt(gate, call, when, () => task.job.start(inputs, { env: gate.env }))
    expect(killed.signal).toBe('SIGKILL')
    const post = await killed.post()
    expect(post.annotations.filter(({ title }) => title === 'ACODE-CTN-002')).toEqual([])
    await expectNothing(task)
  })

  it.each(KILLED.filter(([what]) => /^when it is (created|started)/.test(what)))(
    '%s: the next start takes them along',
    async (_what, call, when) => {
      const task = await TaskJob.create()
      const gate = await EngineGate.start()
      await killedAt(gate, call, when, () => task.job.start(inputs, { env: gate.env }), true)
      await expect.poll(() => task.job.leftoverProcesses(), { timeout: 30_000 }).toEqual([])
      const next = await task.job.uses({ ...base, 'task-id': 'next', run: 'true' })
      expect((await recordOf(next)).cleanup.failed).toEqual([])
      await expectNothing(task)
    },
  )
})

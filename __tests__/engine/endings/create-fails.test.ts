import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { EngineGate } from '../../support/engine-gate.ts'
import { recordOf } from '../../support/record.ts'
import { messages } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'
import { TaskJob } from '../../support/task-job.ts'

const base = { image: imageName.base, run: 'echo never' }

const IMPOSSIBLE: [what: string, inputs: Record<string, string>, reason: RegExp][] = [
  ['more CPUs than the machine has', { cpus: '4096' }, /CPUs/],
  ['a runtime that the engine does not know', { runtime: 'no-such-runtime' }, /no-such-runtime/],
  ['a network that is not there', { network: 'no-such-network' }, /no-such-network/],
  ['a device that cannot be limited', { options: '--device-read-bps /no/such:1mb' }, /no\/such/],
  ['a value that is none', { options: '--add-host nonsense' }, /nonsense/],
]

describe('CTN-7 a container that cannot be created or started aborts the task', () => {
  it.each(someOf(IMPOSSIBLE, 3))(
    'with ACODE-CTN-003 and the engine’s reason: %s',
    async (_what, inputs, reason) => {
      const task = await TaskJob.create()
      const result = await task.job.uses({ ...base, ...inputs })
      const record = await recordOf(result)
      expect(record, result.log).toMatchObject({
        status: 'error',
        error: { code: 'ACODE-CTN-003' },
        exitCode: null,
      })
      expect(record.error?.message).toMatch(reason)
      expect(record.error?.message).toContain(record.container.name)
      expect(messages(result, 'error')).toEqual([record.error?.message])
      expect(result).toMatchObject({ failed: true, exitCode: 1 })
      expect(result.output).not.toContain('never\n')
      await task.expectNothingLeft()
    },
  )

  it('with all that is wrong in a limit before the engine is asked for anything', async () => {
    const task = await TaskJob.create()
    const gate = await EngineGate.start()
    const limits = { cpus: '0', memory: 'much', 'pids-limit': '-1' }
    const result = await task.job.uses({ ...base, ...limits }, { env: gate.env })
    expect(await recordOf(result), result.log).toMatchObject({
      status: 'error',
      error: { code: 'ACODE-CTN-006' },
    })
    for (const name of Object.keys(limits))
      expect((await recordOf(result)).error?.message).toContain(`input ${name}`)
    expect(gate.requests()).toEqual([])
    expect((await result.post()).failed).toBe(false)
    await task.expectNothingLeft()
  })
})

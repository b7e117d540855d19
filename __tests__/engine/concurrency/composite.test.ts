import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { recordOf } from '../../support/record.ts'
import { TaskJob } from '../../support/task-job.ts'

describe('two tasks inside one composite action', () => {
  it('have a name each, and both records arrive though posts run in reverse (CTN-2, RUN-8)', async () => {
    const task = await TaskJob.create()
    const inputs = { image: imageName.base, network: 'none', workspace: 'none' }
    const steps = []
    for (const run of ['echo one', 'echo two'])
      steps.push(await task.job.uses({ ...inputs, run }, { composite: '__octo_composite' }))
    for (const step of steps.toReversed()) expect((await step.post()).annotations).toEqual([])
    const names = steps.map((step) => step.outputs['artifact-name'] ?? '')
    expect(new Set(names).size).toBe(2)
    const logs = names.map((name) => task.file('container/logs/runner.log', name))
    expect(logs).toEqual(['one\n', 'two\n'])
    expect(await Promise.all(steps.map(async (step) => (await recordOf(step)).container.name))).toEqual(names)
    await task.expectNothingLeft()
  })
})

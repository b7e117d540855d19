import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { recordOf } from '../../support/record.ts'
import { messages } from '../../support/runner.ts'
import { TaskJob } from '../../support/task-job.ts'

const base = { image: imageName.base, network: 'none', workspace: 'none' }

describe('RNR-7 a task that may fail', () => {
  it.each([
    ['its command', { run: 'exit 3' }, 'failed'],
    ['its time', { run: 'sleep 600', timeout: '1s', 'stop-grace': '0' }, 'timed-out'],
    ['its image', { image: 'acode-test/nowhere:1', pull: 'never', run: 'true' }, 'error'],
  ])('has a green step with a warning where %s fails (RUN-11)', async (_, inputs, status) => {
    const { job } = await TaskJob.create()
    const step = await job.uses({ ...base, 'allow-failure': 'true', ...inputs })
    expect({ failed: step.failed, status: step.outputs.status }).toEqual({ failed: false, status })
    expect(messages(step, 'error')).toEqual([])
    expect(messages(step, 'warning')).toHaveLength(1)
    expect(step.summary).toMatch(new RegExp(`: ${status}( \\(exit 3\\))?, which is allowed\n`))
    expect(await recordOf(step)).toMatchObject({ status, allowFailure: true })
  })

  it('that is cancelled is cancelled (RUN-10)', async () => {
    const { job } = await TaskJob.create()
    const running = job.start({ ...base, 'allow-failure': 'true', run: 'echo at work; sleep 600' })
    await running.sees(/^at work/m)
    expect((await running.cancel()).failed).toBe(true)
  })
})

describe('outputs in the record', () => {
  it('are there without secrets, whatever their names, each whole or not at all (RUN-8, RNR-3)', async () => {
    const { job } = await TaskJob.create()
    const step = await job.uses({
      ...base,
      secrets: 'TOKEN=s3cret-value',
      run: `cat >> "$GITHUB_OUTPUT" <<END
plain=a value
code=of s3cret-value
id=s3cret-value
s3cret-value=x
long=$(head -c 20000 /dev/zero | tr '\\0' x)
last=1
END`,
    })
    const record = await recordOf(step)
    expect(record.outputs).toEqual({ plain: 'a value', code: 'of ***', id: '***', last: '1' })
    expect(record.outputsLeftOut).toBe(2)
    expect(JSON.stringify(record)).not.toContain('s3cret-value')
  })
})

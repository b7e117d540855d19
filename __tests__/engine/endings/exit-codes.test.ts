import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { EngineGate, REQUEST } from '../../support/engine-gate.ts'
import { recordOf } from '../../support/record.ts'
import { messages } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'
import { TaskJob } from '../../support/task-job.ts'

const base = { image: imageName.base, network: 'none', workspace: 'bind' }

describe('RUN-11 the container’s exit is the task’s', () => {
  it('0 is success', async () => {
    const { job } = await TaskJob.create()
    const result = await job.uses({ ...base, run: 'exit 0' })
    expect(result).toMatchObject({ failed: false, exitCode: 0, annotations: [] })
    expect(result.outputs).toMatchObject({ status: 'succeeded', 'exit-code': '0', 'error-code': '' })
  })

  it.each(someOf([1, 3, 125, 126, 127, 137, 255], 3))('%i is a failure of the command', async (code) => {
    const { job } = await TaskJob.create()
    const result = await job.uses({ ...base, run: `exit ${code}` })
    expect(await recordOf(result), result.log).toMatchObject({
      status: 'failed',
      exitCode: code,
      error: null,
      oomKilled: false,
    })
    expect(result).toMatchObject({ failed: true, exitCode: 1 })
    expect(result.outputs).toMatchObject({ status: 'failed', 'exit-code': String(code), 'error-code': '' })
    expect(messages(result, 'error').join()).toContain(`exited with ${code}`)
  })

  it.each(
    someOf(
      [
        [
          'always',
          'exit 3',
          /^### ❌ Unit tests: failed \(exit 3\)\n\n```text\nwhy\n```\n\n[\s\S]*\n# of the task\n/,
        ],
        ['on-failure', 'exit 3', /^### ❌ Unit tests: failed/],
        ['never', 'exit 3', /^# of the task\n/],
        ['always', 'exit 0', /^### ✅ Unit tests: succeeded\n[\s\S]*\n# of the task\n/],
        ['on-failure', 'exit 0', /^# of the task\n/],
      ],
      3,
    ),
  )('SEE-1 with summary: %s, %s is in the summary', async (summary, end, expected) => {
    const { job } = await TaskJob.create()
    const run = `echo "# of the task" >>"$GITHUB_STEP_SUMMARY"; printf '\\033[31mwhy\\033[0m\\n'; ${end}`
    const result = await job.uses({ ...base, run, summary, 'task-id': 'Unit tests' })
    expect(result.summary, result.log).toMatch(expected)
    if (result.failed)
      expect(result.annotations).toEqual([
        expect.objectContaining({
          level: 'error',
          title: 'Unit tests failed (exit 3)',
          message: 'The task exited with 3. The last lines of its output:\nwhy',
        }),
      ])
    expect((await recordOf(result)).label).toBe('Unit tests')
  })

  it('is that also where the task has ended before its end is waited for', async () => {
    const task = await TaskJob.create()
    const gate = await EngineGate.start()
    const held = gate.hold(REQUEST.wait)
    const running = task.job.start({ ...base, run: 'echo at work; exit 4' }, { env: gate.env })
    await held.reachedBy(running)
    await expect.poll(async () => (await task.container()).state, { timeout: 20_000 }).toBe('exited')
    held.open()
    const result = await running.result
    expect(await recordOf(result), result.log).toMatchObject({ status: 'failed', exitCode: 4, error: null })
    expect(result.output).toContain('at work\n')
    await task.expectNothingLeft()
  })

  it('a signal’s is reported by its name', async () => {
    const { job } = await TaskJob.create()
    const result = await job.uses({ ...base, run: 'kill -SEGV $$' })
    expect(await recordOf(result), result.log).toMatchObject({
      status: 'failed',
      exitCode: 139,
      signal: 'SIGSEGV',
    })
  })

  it.each([
    ['that is not there', '[no-such-command]', 'no-such-command', 127],
    ['that is no program', '[/etc/passwd]', '/etc/passwd', 126],
  ])('a command %s fails with a shell’s code for it, and is named', async (_what, command, name, code) => {
    const { job } = await TaskJob.create()
    const result = await job.uses({ ...base, command })
    expect(await recordOf(result), result.log).toMatchObject({ status: 'failed', exitCode: code })
    expect(result.output).toContain(name)
  })
})

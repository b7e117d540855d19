import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { recordOf } from '../../support/record.ts'
import { messages } from '../../support/runner.ts'
import { TaskJob } from '../../support/task-job.ts'

/** The time begins before the container starts, which takes a busy machine a while. */
const base = { image: imageName.base, network: 'none', workspace: 'bind', timeout: '10s', 'stop-grace': '2s' }

describe('RUN-10 a task whose time is up', () => {
  it('is killed after the grace where it ignores SIGTERM', async () => {
    const task = await TaskJob.create()
    const started = performance.now()
    const run = `trap '' TERM; echo ignoring; while :; do sleep 1; done`
    const result = await task.job.uses({ ...base, run })
    expect((performance.now() - started) / 1000).toBeGreaterThan(12)
    const record = await recordOf(result)
    expect(record, result.log).toMatchObject({
      status: 'timed-out',
      timedOut: true,
      exitCode: 137,
      signal: 'SIGKILL',
      error: { code: 'ACODE-CTN-007' },
    })
    expect(record.error?.message).toContain(record.container.name)
    expect(result).toMatchObject({ exitCode: 1, failed: true, outputs: { 'exit-code': '137' } })
    expect(messages(result, 'error')).toEqual([expect.stringContaining(String(record.error?.message))])
    expect(result.output).toContain('ignoring\n')
    await task.expectNothingLeft()
  })

  it('may end in order on SIGTERM, and its last words are in the log', async () => {
    const task = await TaskJob.create()
    const run = `
      trap 'sleep 0.5; echo last words; echo "kept=yes" >>"$GITHUB_OUTPUT"; exit 7' TERM
      echo waiting; while :; do sleep 0.1; done`
    const result = await task.job.uses({ ...base, 'stop-grace': '60s', run })
    expect(await recordOf(result), result.log).toMatchObject({
      status: 'timed-out',
      timedOut: true,
      exitCode: 7,
      error: { code: 'ACODE-CTN-007' },
    })
    expect(result.output).toContain('waiting\nlast words\n')
    expect(result.outputs).toMatchObject({ kept: 'yes', status: 'timed-out' })
    expect((await result.post()).failed).toBe(false)
    expect(task.file('container/logs/runner.log')).toMatch(/^waiting\nlast words\n/)
    expect(task.file('container/metadata/events.jsonl')).toContain('"timedOut":true')
    await task.expectNothingLeft()
  })

  it('is ended also where its output never stops', async () => {
    const task = await TaskJob.create()
    const result = await task.job.uses({ ...base, timeout: '2s', 'stop-grace': '0', run: 'exec yes' })
    expect((await recordOf(result)).status).toBe('timed-out')
    await task.expectNothingLeft()
  })
})

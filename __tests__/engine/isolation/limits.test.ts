import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { z } from 'zod'
import { Docker } from '../../../src/engine/docker.ts'
import { docker, imageName } from '../../support/engine.ts'
import { recordOf } from '../../support/record.ts'
import { type FinishedStep, messages } from '../../support/runner.ts'
import { TaskJob } from '../../support/task-job.ts'

const base = { image: imageName.base, network: 'none', workspace: 'bind' }
const MEBIBYTE = 1024 * 1024
/**
 * Keeps all that it reads in memory: more than any limit of these tests. Of a death in the container's first or last
 * moment, a busy engine does not always learn that memory was the cause: it waits until the engine has reported the
 * container ({@link devouring}), and its parent ends a little later.
 */
const DEVOUR =
  '(while [ ! -e seen ]; do sleep 0.05; done; tail /dev/zero || { code=$?; sleep 0.5; exit $code; })'

/** A task that runs {@link DEVOUR}, to its end. */
async function devouring(task: TaskJob, run: string): Promise<FinishedStep> {
  const running = task.job.start({ ...base, memory: '16m', run: `echo at work; ${run}` })
  await running.sees(/^at work/m)
  await task.container()
  writeFileSync(path.join(task.job.workspace, 'seen'), '')
  return running.result
}

const hostConfig = z.object({
  NanoCpus: z.number(),
  Memory: z.number(),
  MemorySwap: z.number(),
  PidsLimit: z.number(),
})

async function limitsOf(container: string): Promise<z.output<typeof hostConfig>> {
  const json = await docker('container', 'inspect', '--format', '{{json .HostConfig}}', container)
  return hostConfig.parse(JSON.parse(json))
}

describe('CTN-14 the limits of a task', () => {
  it('are the container’s, and in the record', async () => {
    const task = await TaskJob.create()
    const limits = { cpus: '0.5', memory: '64m', 'pids-limit': '99' }
    const running = task.job.start({ ...base, ...limits, run: 'echo at work; sleep 1000' })
    await running.sees(/^at work/m)
    expect(await limitsOf((await task.container()).id)).toEqual({
      NanoCpus: 500_000_000,
      Memory: 64 * MEBIBYTE,
      MemorySwap: 64 * MEBIBYTE,
      PidsLimit: 99,
    })
    const expected = { cpus: 0.5, memoryBytes: 64 * MEBIBYTE, pids: 99 }
    expect((await recordOf(await running.cancel())).container.limits).toEqual(expected)
  })

  it('are 4096 processes where none is given', async () => {
    const task = await TaskJob.create()
    const running = task.job.start({ ...base, run: 'echo at work; sleep 1000' })
    await running.sees(/^at work/m)
    const none = { NanoCpus: 0, Memory: 0, MemorySwap: 0, PidsLimit: 4096 }
    expect(await limitsOf((await task.container()).id)).toEqual(none)
    await running.cancel()
  })

  it('hold against a fork bomb', async () => {
    const task = await TaskJob.create()
    const run = `
      echo at work
      i=0; while [ $i -lt 200 ]; do sleep 1000 & i=$((i + 1)); done`
    const result = await task.job.uses({ ...base, run, 'pids-limit': '32' })
    expect(await recordOf(result), result.log).toMatchObject({ status: 'failed' })
    expect(result.output).toMatch(/fork|Resource temporarily unavailable/)
    await task.expectNothingLeft()
  })
})

describe('CTN-14 memory', () => {
  it('that is not enough is reported as that, with ACODE-CTN-008', async () => {
    const task = await TaskJob.create()
    const result = await devouring(task, DEVOUR)
    const record = await recordOf(result)
    expect(record, result.log).toMatchObject({
      status: 'out-of-memory',
      oomKilled: true,
      exitCode: 137,
      signal: 'SIGKILL',
      error: { code: 'ACODE-CTN-008' },
    })
    expect(record.error?.message).toContain('16 MiB')
    expect(record.error?.message).toContain(record.container.name)
    expect(messages(result, 'error')).toEqual([expect.stringContaining(String(record.error?.message))])
    await task.expectNothingLeft()
  })

  it.each([
    // It lives on a moment: of a container that ends with what was killed, an engine may not know why.
    ['first', 'tail /dev/zero || { sleep 0.5; exit 137; }'],
    ['last', 'sleep 2.2; tail /dev/zero || { sleep 0.5; exit 137; }'],
  ])('that was not enough in the %s moment of a container is no guess', async (_which, run) => {
    const { job } = await TaskJob.create()
    const step = await job.uses({ ...base, memory: '16m', run })
    expect(await recordOf(step), step.log).toMatchObject({ status: 'out-of-memory', exitCode: 137 })
  })

  it('is among the events of an engine, for those who did not see it', async () => {
    // Again and again: the engine watches for memory kills only a moment after the start, and may
    // miss those before that and the one that ends a container.
    const command = ['sh', '-c', 'while :; do tail /dev/zero; sleep 0.1; done']
    const args = ['--network', 'none', '--memory', '16m', imageName.base, ...command]
    const id = await docker('create', ...args)
    onTestFinished(async () => void (await docker('rm', '--force', id)))
    const startedAt = new Date(Date.now() - 1_000)
    await docker('start', id)
    const filters = ['--filter', `container=${id}`, '--filter', 'event=oom']
    const seen = () => docker('events', '--since', '10m', '--until', '0s', ...filters)
    await vi.waitFor(async () => expect(await seen()).toContain('oom'), { timeout: 30_000 })
    await docker('kill', id)
    const engine = new Docker({ call: () => undefined, slow: () => undefined })
    const lived = { startedAt, finishedAt: new Date() }
    expect(await engine.containers.eventsOfEnd(id, lived)).toEqual(new Set(['oom', 'kill']))
    const before = { startedAt: new Date(0), finishedAt: new Date(startedAt.getTime() - 1_000) }
    expect(await engine.containers.eventsOfEnd(id, before)).toEqual(new Set())
    await engine.close()
  })

  it('that killed a child only, of a task that exits 0, is a warning', async () => {
    const task = await TaskJob.create()
    const result = await devouring(task, `${DEVOUR} || echo went on`)
    expect(await recordOf(result), result.log).toMatchObject({
      status: 'succeeded',
      exitCode: 0,
      oomKilled: true,
      error: null,
      // What the limit stopped had reached it.
      usage: { peakMemoryBytes: 16 * MEBIBYTE },
    })
    expect(result.failed).toBe(false)
    expect(result.output).toContain('went on\n')
    expect(result.annotations).toMatchObject([{ level: 'warning', title: 'ACODE-CTN-008' }])
  })

  it('that was enough has a peak below the limit', async () => {
    const { job } = await TaskJob.create()
    const result = await job.uses({ ...base, memory: '64m', run: 'sleep 0.2' })
    const { usage, oomKilled } = await recordOf(result)
    expect(oomKilled).toBe(false)
    expect(usage.peakMemoryBytes ?? 0).toBeLessThan(64 * MEBIBYTE)
  })
})

import { beforeAll, describe, expect, it } from 'vitest'
import { recordOf } from '../../support/record.ts'
import { makeServers, serverImage } from '../../support/servers.ts'
import { TRIES_TIMEOUT_MS, tries } from '../../support/slow.ts'
import { TaskJob } from '../../support/task-job.ts'

beforeAll(makeServers, 300_000)

describe('BES-1, CTN-4 tasks in parallel', () => {
  it('have a Redis each, by the same name and port', { timeout: TRIES_TIMEOUT_MS }, async () => {
    const task = await TaskJob.create()
    const steps = Array.from({ length: tries(3, 20) }, (_, index) =>
      task.job.start({
        ...{ image: serverImage.all, workspace: 'none', upload: 'never', 'task-id': `t${index}` },
        services: `cache: { image: '${serverImage.redis}', user: redis, profile: strict, ready: { timeout: 10m } }`,
        run: `redis-cli -h cache incr count; redis-cli -h cache set own ${index}; sleep 1; redis-cli -h cache get own`,
      }),
    )
    const ended = await Promise.all(steps.map(({ result }) => result))
    for (const [index, step] of ended.entries())
      expect(step.lines, step.log).toEqual(expect.arrayContaining(['1', 'OK', String(index)]))
    const records = await Promise.all(ended.map(recordOf))
    expect(records.flatMap(({ cleanup }) => cleanup.failed)).toEqual([])
    await task.expectNothingLeft()
  })
})

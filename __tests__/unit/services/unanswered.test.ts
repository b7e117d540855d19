import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { EngineError } from '../../../src/engine/errors.ts'
import { RunningService } from '../../../src/services/running-service.ts'
import { ServiceLog } from '../../../src/services/service-log.ts'
import { watchHealth } from '../../../src/services/watch-health.ts'
import { Redaction } from '../../../src/streams/redact.ts'
import { serviceSchema } from '../../../src/task/services.ts'
import { fakeEngine } from '../../support/fake-engine.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const unanswered = new EngineError('timeout', 'inspect', 'no answer')
const ours = new TypeError('a fault of ours')

/** A service that was started on an engine which never says that it ended. */
async function service() {
  const { docker } = await fakeEngine(() => undefined)
  const image = { id: 'sha256:1', reference: 'db:1', command: [], hasHealthCheck: true }
  const spec = serviceSchema.parse({ image: 'db:1' })
  const network = { name: 'own', hidesMetadata: true, isInternal: false }
  const plan = { name: 'db', container: 'db-1', labels: {}, image, mounts: [], spec, user: null, network }
  const log = new ServiceLog(join(temporaryFolder(), 'db.log'), new Redaction().stream())
  const output = {
    followed: Promise.resolve(),
    letGo: () => undefined,
    signal: new AbortController().signal,
  }
  vi.spyOn(docker.containers, 'waitForEnd').mockReturnValue(new Promise(() => undefined))
  const find = vi.spyOn(docker.containers, 'find')
  return { running: new RunningService(docker, plan, '1', log, output), find }
}

describe('an engine that does not say how a service fares (BES-1)', () => {
  it('is asked again while the task runs', async () => {
    const { running, find } = await service()
    const stop = new AbortController()
    find.mockRejectedValueOnce(unanswered).mockImplementationOnce(async () => {
      stop.abort()
      return null
    })
    expect(await watchHealth(running, stop.signal, 1)).toBe(null)
    expect(find).toHaveBeenCalledTimes(2)
  })

  it('leaves out what the record would have of it', async () => {
    const { running, find } = await service()
    find.mockRejectedValue(unanswered)
    await running.conclude()
    expect(running.facts).toMatchObject({ exitCode: null, health: null })
  })

  it('hides no fault of ours', async () => {
    const { running, find } = await service()
    find.mockRejectedValue(ours)
    await expect(watchHealth(running, new AbortController().signal, 1)).rejects.toBe(ours)
    await expect(running.conclude()).rejects.toBe(ours)
  })
})

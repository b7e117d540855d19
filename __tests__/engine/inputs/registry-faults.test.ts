import { describe, expect, it } from 'vitest'
import { dockerTry, imageName } from '../../support/engine.ts'
import { EngineGate } from '../../support/engine-gate.ts'
import { recordOf } from '../../support/record.ts'
import { type Fault, registryGate } from '../../support/registry-gate.ts'
import type { FinishedStep } from '../../support/runner.ts'
import { TaskJob } from '../../support/task-job.ts'

const base = { run: 'echo ran', network: 'none', workspace: 'none' }

/** A task whose image is in a registry with a fault. */
async function taskOf(fault: Fault) {
  const registry = await registryGate(null, fault)
  const image = `${registry.host}/${imageName.faulty}`
  const task = await TaskJob.create()
  return { task, registry, image, inputs: { ...base, image } }
}

const isBlob: (url?: string) => boolean = (url) => url?.includes('/blobs/') === true
const isManifest: (url?: string) => boolean = (url) => url?.includes('/manifests/') === true

async function expectNoImage(step: FinishedStep, message: RegExp, task: TaskJob): Promise<void> {
  const { error, container } = await recordOf(step)
  expect(error, step.log).toMatchObject({ code: 'ACODE-CTN-004', message: expect.stringMatching(message) })
  expect(container.id).toBeNull()
  await task.expectNothingLeft()
}

describe('RUN-6, CTN-7 a registry with faults ends in the right code, in time, with nothing left', () => {
  it('that is in trouble is asked three times', async () => {
    let asked = 0
    const { task, inputs } = await taskOf(({ url }, answer) => {
      if (!isManifest(url)) return false
      asked++
      answer.writeHead(503).end('down for maintenance')
      return true
    })
    const step = await task.job.uses(inputs)
    await expectNoImage(step, /could not be pulled: .*(503|unavailable)/i, task)
    expect(step.log).toMatch(/trying again in 2 s \(2 of 2\)/)
    expect(asked).toBeGreaterThanOrEqual(3)
  })

  it('that has no such image is asked once', async () => {
    const { task, inputs, registry } = await taskOf(() => false)
    const step = await task.job.uses({ ...inputs, image: `${registry.host}/acode-test/none:1` })
    await expectNoImage(step, /could not be pulled: .*(not found|unknown)/i, task)
    expect(step.log).not.toContain('trying again')
  })

  it('that cuts a layer in its middle is asked for it again, and what runs is whole', async () => {
    let cuts = 0
    const { task, inputs, image } = await taskOf(({ url }, answer) => {
      if (!isBlob(url) || cuts > 0) return false
      cuts++
      answer.writeHead(200, { 'Content-Length': '1000000' })
      answer.write(Buffer.alloc(1000), () => answer.destroy())
      return true
    })
    const step = await task.job.uses({ ...inputs, run: 'wc -c </data' })
    await dockerTry('rmi', image)
    expect(step.output, step.log).toContain('1000000\n')
    expect(cuts).toBe(1)
  })

  it('that sends other bytes than it promised is not believed', async () => {
    const { task, inputs } = await taskOf(({ url, method }, answer) => {
      if (method !== 'GET' || !isManifest(url) || !url?.includes('sha256:')) return false
      const mediaType = 'application/vnd.docker.distribution.manifest.v2+json'
      answer.writeHead(200, { 'Content-Type': mediaType })
      answer.end(JSON.stringify({ schemaVersion: 2, mediaType }))
      return true
    })
    const image = `${inputs.image.replace(/:1$/, '')}@sha256:${'0'.repeat(64)}`
    await expectNoImage(
      await task.job.uses({ ...inputs, image }),
      /could not be pulled: .*(verification|digest)/i,
      task,
    )
  })

  it('that never answers is given up', async () => {
    const { task, inputs } = await taskOf(({ url }) => isManifest(url))
    const started = performance.now()
    const step = await task.job.uses(inputs, { env: { ACODE_ENGINE_TIMEOUT: '5' } })
    await expectNoImage(step, /could not be pulled: .*did not answer within 5 s/, task)
    expect(performance.now() - started).toBeLessThan(60_000)
  })

  it('is waited for no longer where no task can run on the engine', async () => {
    const pulled = Promise.withResolvers<void>()
    const { task, inputs } = await taskOf(({ url }) => {
      if (isManifest(url)) pulled.resolve()
      return isManifest(url)
    })
    const gate = await EngineGate.start()
    const info = gate.hold(/^GET \/info/)
    gate.reply(/^GET \/info/, { OSType: 'windows', ServerVersion: '27.0', ID: 'i' })
    const running = task.job.start(inputs, { env: gate.env })
    await pulled.promise
    info.open()
    const step = await running.result
    const { error } = await recordOf(step)
    expect(error, step.log).toMatchObject({
      code: 'ACODE-CTN-005',
      message: expect.stringMatching(/Windows/),
    })
    await task.expectNothingLeft()
  })

  it('is left alone by a job that is cancelled in the middle of a layer', async () => {
    const layer = Promise.withResolvers<void>()
    const { task, inputs, image } = await taskOf(({ url }, answer) => {
      if (!isBlob(url)) return false
      answer.writeHead(200, { 'Content-Length': '1000000' })
      answer.write(Buffer.alloc(1000))
      layer.resolve()
      return true
    })
    const running = task.job.start(inputs)
    await layer.promise
    const step = await running.cancel()
    expect((await recordOf(step)).status, step.log).toBe('cancelled')
    expect(step.outputs['error-code']).toBe('ACODE-CTN-009')
    await task.expectNothingLeft()
    expect((await dockerTry('image', 'inspect', image)).exitCode).toBe(1)
  })
})

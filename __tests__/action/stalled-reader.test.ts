import { describe, expect, it } from 'vitest'
import { containers, imageName } from '../support/engine.ts'
import { EngineGate, REQUEST } from '../support/engine-gate.ts'
import { jobs, sessionOf } from '../support/jobs.ts'
import { logOf, recordOf } from '../support/record.ts'

const image = imageName.base
const FLOOD = 'yes "a line that is never read"'

describe('a runner that stops reading the step’s output', () => {
  const newJob = jobs()

  it('RUN-10 holds up neither the timeout nor, once it reads again, the end', async () => {
    const gate = await EngineGate.start()
    const stop = gate.hold(REQUEST.stop)
    const job = await newJob({ env: gate.env })
    const running = job.start({ image, run: FLOOD, timeout: '3s', 'stop-grace': '1s' })
    await running.sees(/never read/)
    running.child.stdout?.pause()
    await stop.reachedBy(running)
    stop.open()
    running.child.stdout?.resume()
    const step = await running.result
    expect(step.outputs).toMatchObject({ status: 'timed-out', 'error-code': 'ACODE-CTN-007' })
    expect((await recordOf(step)).timedOut).toBe(true)
    expect((await logOf(step)).length).toBeGreaterThan(0)
  })

  it('CTN-6 and never reads again ends the step by its signals; nothing is left after post', async () => {
    const job = await newJob()
    const running = job.start({ image, run: FLOOD, 'stop-grace': '1s' })
    await running.sees(/never read/)
    running.child.stdout?.pause()
    const cancelled = await running.cancel()
    const post = await cancelled.post()
    expect(post.failed).toBe(false)
    expect(await containers(`label=acode.session=${sessionOf(job)}`)).toEqual([])
  })
})

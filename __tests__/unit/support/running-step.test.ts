import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { jobWith } from './fixture-job.ts'

afterEach(() => {
  vi.useRealTimers()
})

describe('a running step', () => {
  const PATIENT = `
    import { appendFileSync } from 'node:fs'
    appendFileSync(process.env.GITHUB_STATE, 'saved=yes\\n')
    process.on('SIGINT', () => { console.log('interrupted'); process.exit(130) })
    setInterval(() => {}, 1000)
    console.log('ready')
  `

  it('is seen at work and cancelled', async () => {
    const job = await jobWith(PATIENT)
    const running = job.start()
    await running.sees(/ready/)
    expect(running.output()).toBe('ready\n')
    expect(await running.cancel()).toMatchObject({
      exitCode: 130,
      cancelled: true,
      output: 'ready\ninterrupted\n',
    })
  })

  it('is killed, and its post entry knows what main saved', async () => {
    const job = await jobWith(PATIENT, { post: 'console.log(process.env.STATE_saved)' })
    const running = job.start()
    await running.sees(/ready/)
    expect(await running.kill()).toMatchObject({
      exitCode: 137,
      signal: 'SIGKILL',
      failed: true,
      cancelled: false,
    })
    expect((await running.post()).output).toBe('yes\n')
  })

  it('is killed in the end when it ignores both signals', async () => {
    const job = await jobWith(`
      process.on('SIGINT', () => console.log('int')).on('SIGTERM', () => console.log('term'))
      setInterval(() => {}, 1000)
      console.log('ready')
    `)
    const running = job.start()
    await running.sees(/ready/)
    vi.useFakeTimers()
    const cancelled = running.cancel()
    await running.sees(/int/)
    vi.advanceTimersByTime(7499)
    expect(running.output()).not.toContain('term')
    vi.advanceTimersByTime(1)
    await running.sees(/term/)
    vi.advanceTimersByTime(2500)
    expect(await cancelled).toMatchObject({ signal: 'SIGKILL', output: 'ready\nint\nterm\n' })
  })

  it('says what it printed when it ends without what was waited for', async () => {
    const running = (await jobWith("console.log('something else')")).start()
    await expect(running.sees(/never/)).rejects.toThrow('something else')
  })

  it('goes on without a child that holds the streams open, and ends it with the job', async () => {
    const job = await jobWith(`
      import { spawn } from 'node:child_process'
      spawn('sleep', ['60'], { stdio: 'inherit', detached: true }).unref()
    `)
    vi.useFakeTimers()
    const running = job.start()
    await once(running.child, 'exit')
    vi.advanceTimersByTime(5000)
    expect(await running.result).toMatchObject({ exitCode: 0, heldOpen: true })
    // The kernel shows the environment of a new program a moment after its start.
    await expect.poll(() => job.leftoverProcesses(), { timeout: 20_000 }).toHaveLength(1)
    const [pid] = job.leftoverProcesses()
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain('sleep')
    await job.remove()
    expect(existsSync(job.layout.root)).toBe(false)
  })
})

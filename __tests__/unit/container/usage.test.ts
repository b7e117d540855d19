import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type AskUsage, type LastReading, measureUsage, usageOf } from '../../../src/container/life/usage.ts'
import { readCgroup } from '../../../src/host/cgroup.ts'

vi.mock('../../../src/host/cgroup.ts', () => ({ readCgroup: vi.fn() }))

const counters = { peakMemoryBytes: 4096, cpuSeconds: 0.01, isFinal: false }

/** The engine's own reading. */
const ask = vi.fn<AskUsage>()

beforeEach(() => {
  vi.useFakeTimers()
  ask.mockResolvedValue(null)
})
afterEach(() => {
  vi.useRealTimers()
  vi.resetAllMocks()
})

/** The container's counters are there between two moments only; its processes are gone some time before the last. */
function liveBetween(start: number, end: number, gone = 20): void {
  const begun = Date.now()
  vi.mocked(readCgroup).mockImplementation(() => {
    const now = Date.now() - begun
    return now >= start && now < end ? { ...counters, isFinal: now >= end - gone } : null
  })
}

describe('measureUsage', () => {
  it.each([0, 700, 1_300])(
    'IMG-5 sees the end of a short task, however long its container takes to start: %i ms',
    async (start) => {
      liveBetween(start, start + 200)
      const meter = measureUsage('id', ask)
      await vi.advanceTimersByTimeAsync(start + 1_000)
      meter.stop()
      expect(meter.latest()).toMatchObject({ ...counters, isFinal: true })
    },
  )

  it('IMG-5 reads no more once the end was seen', async () => {
    liveBetween(0, 200)
    const meter = measureUsage('id', ask)
    await vi.advanceTimersByTimeAsync(1_000)
    vi.mocked(readCgroup).mockClear()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(readCgroup).not.toHaveBeenCalled()
    meter.stop()
  })

  it('IMG-5 asks no engine of a container whose counters are on this machine', async () => {
    liveBetween(1_900, 20_000)
    const meter = measureUsage('id', ask)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(ask.mock.calls.length).toBeLessThan(2)
    meter.stop()
  })

  it('IMG-5 asks the engine, ever more seldom, where this machine has no counters', async () => {
    liveBetween(0, 0)
    const started = Date.now()
    ask.mockImplementation(async () => ({ ...counters, memoryBytes: 1, at: new Date() }))
    const meter = measureUsage('id', ask)
    await vi.advanceTimersByTimeAsync(12_000)
    const end = { startedAt: new Date(started), finishedAt: new Date(), ...FINE }
    expect(usageOf(meter.latest(), end)).toEqual({ peakMemoryBytes: 4096, cpuSeconds: 0.01 })
    expect(ask.mock.calls.length).toBeGreaterThan(30)
    vi.mocked(readCgroup).mockClear()
    ask.mockClear()
    await vi.advanceTimersByTimeAsync(600_000)
    expect(ask.mock.calls.length).toBeLessThan(400)
    expect(readCgroup).not.toHaveBeenCalled()
    meter.stop()
    expect(ask.mock.calls[0]?.[0].aborted).toBe(true)
  })

  it('FID-7 does not take the engine’s last reading for that of the end, where it may be far from it', async () => {
    liveBetween(0, 0)
    const started = new Date()
    ask.mockImplementation(async () => ({ ...counters, memoryBytes: 1, at: new Date() }))
    const meter = measureUsage('id', ask)
    await vi.advanceTimersByTimeAsync(20_000)
    meter.stop()
    const end = (milliseconds: number) =>
      usageOf(meter.latest(), {
        startedAt: started,
        finishedAt: new Date(started.getTime() + milliseconds),
        ...FINE,
      })
    expect(end(20_300).cpuSeconds).toBe(0.01)
    expect(end(22_000)).toEqual(UNKNOWN)
  })
})

const FINE = { oomKilled: false, memoryLimit: undefined }
const MIB = 1024 ** 2
const START = Date.parse('2026-01-01T00:00:00.000Z')
const at = (milliseconds: number) => new Date(START + milliseconds)
const reading = (milliseconds: number, peakMemoryBytes: number, isFinal = false): LastReading => ({
  peakMemoryBytes,
  cpuSeconds: 0.1,
  isFinal,
  at: at(milliseconds),
  holdsMs: 100,
})
const ended = (milliseconds: number, fields: { oomKilled?: boolean; memoryLimit?: number } = {}) => ({
  startedAt: at(0),
  finishedAt: at(milliseconds),
  oomKilled: false,
  memoryLimit: undefined,
  ...fields,
})
const UNKNOWN = { peakMemoryBytes: null, cpuSeconds: null }

describe('usageOf is true or absent (IMG-5, FID-7)', () => {
  it.each([
    ['of a short task, read before its end', reading(20, 2.7 * MIB), ended(60), UNKNOWN],
    ['of none, without a reading', null, ended(60), UNKNOWN],
    ['of a long task, read long before its end', reading(5_000, MIB), ended(9_000), UNKNOWN],
    [
      'of a short task, read when its processes were gone',
      reading(70, 40 * MIB, true),
      ended(60),
      { peakMemoryBytes: 40 * MIB, cpuSeconds: 0.1 },
    ],
    [
      'of a long task, read just before its end',
      reading(8_950, 40 * MIB),
      ended(9_000),
      { peakMemoryBytes: 40 * MIB, cpuSeconds: 0.1 },
    ],
  ])('%s', (_, last, end, usage) => {
    expect(usageOf(last, end)).toEqual(usage)
  })

  const killed = ended(500, { oomKilled: true, memoryLimit: 64 * MIB })
  it.each([
    ['nothing was read', null, null],
    ['too little was read', reading(20, 2.1 * MIB), null],
    ['too little was read at its end', reading(500, 63 * MIB, true), 0.1],
    ['the limit was read', reading(500, 64 * MIB, true), 0.1],
  ])('of a task that was killed for memory is its limit where %s', (_, last, cpuSeconds) => {
    expect(usageOf(last, killed)).toEqual({ peakMemoryBytes: 64 * MIB, cpuSeconds })
  })

  it('of a task that the machine had no memory for is what was read at its end, or nothing', () => {
    const end = ended(500, { oomKilled: true })
    expect(usageOf(reading(20, MIB), end)).toEqual(UNKNOWN)
    expect(usageOf(reading(500, MIB, true), end)).toEqual({ peakMemoryBytes: MIB, cpuSeconds: 0.1 })
  })
})

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { measureUsage } from '../../../src/container/usage.ts'
import { readCgroup } from '../../../src/host/cgroup.ts'

vi.mock('../../../src/host/cgroup.ts', () => ({ readCgroup: vi.fn() }))

const counters = { peakMemoryBytes: 4096, cpuSeconds: 0.01 }

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  vi.resetAllMocks()
})

/** The container's counters are there between two moments only. */
function liveBetween(start: number, end: number): void {
  const begun = Date.now()
  vi.mocked(readCgroup).mockImplementation(async () => {
    const now = Date.now() - begun
    return now >= start && now < end ? counters : null
  })
}

it.each([0, 700, 1_300, 5_500])(
  'IMG-5 a short task is measured, however long its container takes to start: %i ms',
  async (start) => {
    liveBetween(start, start + 200)
    const meter = measureUsage('id')
    await vi.advanceTimersByTimeAsync(start + 1_000)
    expect(await meter.stop()).toEqual(counters)
  },
)

it('IMG-5 a long task is measured about once a second', async () => {
  liveBetween(0, Number.POSITIVE_INFINITY)
  const meter = measureUsage('id')
  await vi.advanceTimersByTimeAsync(100_000)
  await meter.stop()
  expect(vi.mocked(readCgroup).mock.calls.length).toBeLessThan(110)
})

it('IMG-5 a container whose counters are not on this machine is not looked for without end', async () => {
  liveBetween(0, 0)
  const meter = measureUsage('id')
  await vi.advanceTimersByTimeAsync(60_000)
  vi.mocked(readCgroup).mockClear()
  await vi.advanceTimersByTimeAsync(100_000)
  expect(vi.mocked(readCgroup).mock.calls.length).toBeLessThan(110)
  expect(await meter.stop()).toEqual({ peakMemoryBytes: null, cpuSeconds: null })
})

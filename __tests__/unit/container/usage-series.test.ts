import { describe, expect, it } from 'vitest'
import { MOST_STEPS, UsageSeries } from '../../../src/container/life/usage-series.ts'

describe('UsageSeries (IMG-5)', () => {
  it('keeps the most memory and the last CPU time of each second', () => {
    const series = new UsageSeries()
    for (const [second, memoryBytes, cpuSeconds] of [
      [0.02, 10, 0.1],
      [0.6, 30, 0.5],
      [0.9, 20, 0.6],
      [2.1, 5, 1],
    ] as const)
      series.add(second, { memoryBytes, cpuSeconds })
    expect(series.samples).toEqual({
      stepSeconds: 1,
      memoryBytes: [30, null, 5],
      cpuSeconds: [0.6, null, 1],
    })
  })

  it.each([59, 60, 3600, 86_400])('FID-7 is bounded, and true, after %i seconds', (seconds) => {
    const series = new UsageSeries()
    for (let second = 0; second <= seconds; second++)
      series.add(second, { memoryBytes: second, cpuSeconds: second / 2 })
    const { stepSeconds, memoryBytes, cpuSeconds } = series.samples
    expect(memoryBytes.length).toBeLessThanOrEqual(MOST_STEPS)
    expect(memoryBytes.length * stepSeconds).toBeGreaterThan(seconds)
    expect(memoryBytes.at(-1)).toBe(seconds)
    expect(cpuSeconds.at(-1)).toBe(seconds / 2)
    expect(memoryBytes[0]).toBe(stepSeconds - 1)
  })
})

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { silenceLine } from '../../../src/run/execute.ts'
import { reportSilence, type Silence } from '../../../src/streams/silence.ts'

const MINUTE = 60_000

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('SEE-1 a task that is silent for minutes is reported to be alive, until it ends', () => {
  const reports: Silence[] = []
  const silence = reportSilence((one) => reports.push(one))
  vi.advanceTimersByTime(4 * MINUTE)
  silence.heard(Buffer.from('half a line'))
  silence.heard(Buffer.alloc(0))
  vi.advanceTimersByTime(4 * MINUTE)
  expect(reports).toEqual([])
  vi.advanceTimersByTime(6 * MINUTE)
  expect(reports).toEqual([
    { seconds: 300, atLineStart: false },
    { seconds: 600, atLineStart: true },
  ])
  silence.heard(Buffer.from('a line\n'))
  silence.stop()
  vi.advanceTimersByTime(60 * MINUTE)
  expect(reports).toHaveLength(2)
})

it.each([
  [null, 'Still running: no output for 5 min 0 s'],
  [
    { peakMemoryBytes: 1024 ** 3, cpuSeconds: 1 },
    'Still running: no output for 5 min 0 s, peak memory 1.0 GiB',
  ],
])('SEE-1 the line has the memory where it is known: %j', (usage, line) => {
  expect(silenceLine({ seconds: 300, atLineStart: true }, usage)).toBe(line)
})

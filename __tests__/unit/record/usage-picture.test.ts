import { describe, expect, it } from 'vitest'
import { summaryOf } from '../../../src/record/summary/summary.ts'
import { curvesOf, usagePictures } from '../../../src/record/summary/usage-picture.ts'
import { RECORD, recordWith } from '../../support/record.ts'

const MEBIBYTE = 1024 * 1024
const samples = {
  stepSeconds: 2,
  memoryBytes: [64 * MEBIBYTE, null, 256 * MEBIBYTE, 128 * MEBIBYTE],
  cpuSeconds: [1, null, 4, 8],
}
const record = recordWith({
  status: 'failed',
  error: null,
  exitCode: 1,
  usage: { peakMemoryBytes: 256 * MEBIBYTE, cpuSeconds: 8, samples },
  container: { ...RECORD.container, limits: { cpus: 2, memoryBytes: 512 * MEBIBYTE, pids: null } },
})

describe('usagePictures (SEE-1)', () => {
  it('draws memory and CPUs, each limit as a line', () => {
    const [memory = '', cpus = ''] = usagePictures(record).split('\n\n')
    expect(memory).toContain('title "Memory in MiB, limit 512 MiB"')
    expect(memory).toContain('x-axis "seconds" 0 --> 8')
    expect(memory).toContain('  line [64, 64, 256, 128]\n  line [512, 512, 512, 512]')
    expect(cpus).toContain('title "Busy CPUs, limit 2"')
    expect(cpus).toContain('  line [0.5, 0, 1.5, 2]\n  line [2, 2, 2, 2]')
  })

  it('FID-7 draws nothing of what was hardly read', () => {
    expect(curvesOf({ peakMemoryBytes: 1, cpuSeconds: 1 })).toBeNull()
    const two = { ...samples, memoryBytes: [1, null, null, 2] }
    expect(usagePictures({ ...record, usage: { ...record.usage, samples: two } })).toBe('')
  })

  it('is open in the summary of a failed task, and folded away in that of any other', () => {
    expect(summaryOf(record, '')).toMatch(/xychart[\s\S]*<details>/)
    expect(summaryOf({ ...record, status: 'succeeded' }, '')).toMatch(
      /<details>[\s\S]*xychart[\s\S]*<\/details>/,
    )
  })
})

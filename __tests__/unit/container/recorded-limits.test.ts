import { expect, it } from 'vitest'
import { limitsInRecord, unlimitedWarning } from '../../../src/container/options/recorded-limits.ts'

const asked = { cpus: 0.5, memory: 4096, pids: 10 }
const none = { cpus: undefined, memory: undefined, pids: 4096 }

it('CTN-14 the record has the limits that hold', () => {
  expect(limitsInRecord(asked, { hasLimits: true })).toEqual({ cpus: 0.5, memoryBytes: 4096, pids: 10 })
  expect(limitsInRecord(none, { hasLimits: true })).toEqual({ cpus: null, memoryBytes: null, pids: 4096 })
  expect(limitsInRecord(asked, { hasLimits: false })).toEqual({ cpus: null, memoryBytes: null, pids: null })
})

it('CTN-14 limits that were asked for and do not hold are warned of', () => {
  expect(unlimitedWarning(asked, { hasLimits: false })).toContain('cpus and memory do not limit this task')
  expect(unlimitedWarning(none, { hasLimits: false })).toBeNull()
  expect(unlimitedWarning(asked, { hasLimits: true })).toBeNull()
})

import { expect, it } from 'vitest'
import { budgetWarning } from '../../../src/record/budgets.ts'
import { newRecord } from '../../../src/record/new-record.ts'
import type { RunRecord } from '../../../src/record/run-record.ts'

const begun = newRecord({ session: 's', task: 't', container: 'c' }, {}, '1', new Date())
const warned = (imageBytes: number | null, startupSeconds: number | null, waited = 0, more = {}) => {
  const record: RunRecord = {
    ...begun,
    budgets: { imageBytes, startupSeconds },
    container: { ...begun.container, image: 'app:1' },
    phases: { pull: 41_000 },
    ...more,
  }
  return budgetWarning(record, waited)
}
const TRY = { status: 'failed', exitCode: 1, errorCode: null, startedAt: '', durationSeconds: 40 }

it.each<[number | null, number | null, number]>([
  [null, null, 0],
  [500e6, 30, 0],
  [1, 45, 20],
])(
  'IMG-6 nothing is said of %s bytes and %s s, of which %s s are a wait for a turn and services',
  (...figures) => {
    expect(warned(...figures)).toBeNull()
  },
)

it('IMG-6 one warning has the figures of all that is over budget', () => {
  expect(warned(612e6, 45)).toMatch(
    /^Over budget: the image app:1 has 612 MB, over 500 MB, and the task started after 45 s, over 30 s \(41 s of them for its image\)\./,
  )
  expect(warned(612e6, null)).toMatch(/has 612 MB, over 500 MB\. A smaller/)
})

it('IMG-6 a smaller image is no advice where it was not the image that took the time', () => {
  const slow = warned(1, 90)
  expect(slow).toContain('(41 s of them for its image). What took how long is in phases of run.json.')
  expect(slow).not.toContain('smaller')
})

it('FID-7 what earlier tries took is no start-up', () => {
  expect(warned(1, 100, 0, { tries: [TRY, TRY] })).toBeNull()
})

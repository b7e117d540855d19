import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aheadOf, type Waiting } from '../../../src/run/await-turn.ts'

const waiting = (id: string, created: number, isRunning = false): Waiting => ({
  id,
  name: id,
  isRunning,
  created,
})

describe('aheadOf', () => {
  it('has those that run, and those that were made before', () => {
    const own = waiting('m', 5)
    const all = [
      own,
      waiting('a', 4),
      waiting('b', 6),
      waiting('c', 6, true),
      waiting('l', 5),
      waiting('n', 5),
    ]
    expect(aheadOf(own, all).map(({ id }) => id)).toEqual(['a', 'c', 'l'])
  })

  it('lets never more start than there may be, and always one, in any order of requests', () => {
    const many = fc.uniqueArray(fc.record({ id: fc.string(), created: fc.nat(3) }), {
      selector: ({ id }) => id,
      minLength: 1,
      maxLength: 12,
    })
    fc.assert(
      fc.property(many, fc.integer({ min: 1, max: 4 }), (made, most) => {
        let all = made.map(({ id, created }) => waiting(id, created))
        for (let round = 0; all.some(({ isRunning }) => !isRunning) && round < 100; round++) {
          const next = all.filter((one) => !one.isRunning && aheadOf(one, all).length < most)
          const running = all.filter(({ isRunning }) => isRunning)
          if (running.length + next.length > most) return false
          if (running.length === 0 && next.length === 0) return false
          // Those whose turn it is start, or else one that runs ends.
          const ended = next.length === 0 ? running[0] : undefined
          all = all
            .filter((one) => one !== ended)
            .map((one) => (next.includes(one) ? { ...one, isRunning: true } : one))
        }
        return all.every(({ isRunning }) => isRunning)
      }),
    )
  })
})

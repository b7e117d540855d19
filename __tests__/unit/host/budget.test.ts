import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Budget, OverBudgetError } from '../../../src/host/budget.ts'
import { wide } from '../../support/budget.ts'

const requests = fc.array(
  fc.tuple(fc.stringMatching(/^[ab](\/[ab]){0,5}$/), fc.oneof(fc.nat(20), fc.constantFrom(0, 1e15))),
  { maxLength: 60 },
)
const limits = fc.record({ bytes: fc.nat(200), files: fc.nat(30), depth: fc.nat(5) })

describe('Budget', () => {
  it('never gives more than its limits, and refuses nothing that fits', () => {
    fc.assert(
      fc.property(limits, requests, (most, all) => {
        const one = wide(most)
        let [files, bytes, left] = [0, 0, 0]
        for (const [path, size] of all) {
          const fits =
            files < most.files && bytes + size <= most.bytes && path.split('/').length <= most.depth
          expect(one.take(path, size)).toBe(fits)
          if (fits) [files, bytes] = [files + 1, bytes + size]
          else left += 1
        }
        expect(one.used).toEqual({ files, bytes })
        expect(one.leftOut.count).toBe(left)
        expect(one.leftOut.names).toHaveLength(Math.min(left, 20))
        expect(one.exceeded.size > 0).toBe(left > 0)
      }),
    )
  })

  it('says which limit it was', () => {
    expect(() => wide({ bytes: 9 }).require('big', 10)).toThrow(new OverBudgetError('bytes', 'big'))
    expect(() => wide({ files: 0 }).require('one', 0)).toThrow(new OverBudgetError('files', 'one'))
    expect(() => wide({ depth: 2 }).require('a/b/c', 0)).toThrow(new OverBudgetError('depth', 'a/b/c'))
    expect(() => wide().require('d/'.repeat(80) + 'n'.repeat(3000), 0)).toThrow('depth')
  })

  it('gives nothing when its time is up', async () => {
    const one = wide({ seconds: 0.001 })
    await ended(one)
    expect(one.take('a', 0)).toBe(false)
    expect(() => one.requireTime()).toThrow(new OverBudgetError('time', null))
    expect([...one.exceeded]).toEqual(['time'])
  })

  it('ends a moment after the job was cancelled, also where it was cancelled before', async () => {
    const [before, after] = [new AbortController(), new AbortController()]
    before.abort()
    const both = [wide({}, before.signal), wide({}, after.signal)]
    expect(both.map((one) => one.take('a', 0))).toEqual([true, true])
    after.abort()
    await Promise.all(both.map(ended))
    for (const one of both) expect(() => one.requireTime()).toThrow(new OverBudgetError('cancelled', null))
  })
})

const ended = ({ signal }: Budget): Promise<void> =>
  new Promise((resolve) => {
    const alive = setInterval(() => undefined, 1000) // the budget's own timers keep no process alive
    const done = () => {
      clearInterval(alive)
      resolve()
    }
    if (signal.aborted) done()
    else signal.addEventListener('abort', done)
  })

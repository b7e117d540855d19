import { setImmediate as soon } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { eachOf } from '../../../src/host/each-of.ts'

describe('eachOf', () => {
  it('does all, no more at once than it may', async () => {
    let now = 0
    let most = 0
    const done: number[] = []
    await eachOf([1, 2, 3, 4, 5, 6, 7], 3, async (one) => {
      most = Math.max(most, ++now)
      await soon()
      now--
      done.push(one)
    })
    expect(done.toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(most).toBe(3)
  })

  it('begins no more after a failure, and throws it when all that began has ended', async () => {
    const ended: number[] = []
    const work = eachOf([1, 2, 3, 4], 2, async (one) => {
      await soon()
      if (one === 1) throw new Error('the first')
      await soon()
      ended.push(one)
    })
    await expect(work).rejects.toThrow('the first')
    expect(ended).toEqual([2])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Needles } from '../../../src/streams/needles.ts'

const SLOW = { numRuns: 500 }

/** Of few different bytes, so that values meet, overlap and are beginnings of one another. */
const textOf = (minLength: number, maxLength: number) =>
  fc.array(fc.constantFrom('a', 'b', 'c'), { minLength, maxLength }).map((letters) => letters.join(''))

const needlesOf = (values: readonly string[]): Needles => {
  const needles = new Needles()
  for (const value of values) needles.add(Buffer.from(value))
  return needles
}

describe('Needles', () => {
  it('finds the longest value at each place, whatever the lengths and the order in which they were added', () => {
    const values = fc.array(fc.oneof(textOf(2, 4), textOf(2, 12)), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(values, textOf(0, 80), (some, text) => {
        const longestFirst = some.toSorted((one, other) => other.length - one.length)
        const expected = Array.from(text, (_, at) => ({
          at,
          value: longestFirst.find((one) => text.startsWith(one, at)),
        })).flatMap(({ at, value }) => (value === undefined ? [] : [[at, at + value.length]]))
        expect(needlesOf(some).occurrences(Buffer.from(text))).toEqual(expected)
      }),
      SLOW,
    )
  })

  it('finds values that are longer than what it looks at first', () => {
    const value = `${'x'.repeat(300)}y`
    const text = Buffer.from(`${'x'.repeat(500)}y${'x'.repeat(300)}z`)
    expect(needlesOf([value]).occurrences(text)).toEqual([[200, 501]])
    expect(needlesOf([value, 'yx']).occurrences(text)).toEqual([
      [200, 501],
      [500, 502],
    ])
  })
})

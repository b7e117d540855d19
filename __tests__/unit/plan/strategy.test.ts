import { describe, expect, it } from 'vitest'
import { strategySchema } from '../../../src/plan/file/schema.ts'
import { expand } from '../../../src/plan/strategy.ts'

const combinationsOf = (strategy: object) => expand(strategySchema.parse(strategy))

describe('a strategy means what the matrix of a job means (ACT-4)', () => {
  it('expands the example of GitHub’s documentation as documented', () => {
    const combinations = combinationsOf({
      fruit: ['apple', 'pear'],
      animal: ['cat', 'dog'],
      include: [
        { color: 'green' },
        { color: 'pink', animal: 'cat' },
        { fruit: 'apple', shape: 'circle' },
        { fruit: 'banana' },
        { fruit: 'banana', animal: 'cat' },
      ],
    })
    expect(combinations).toEqual([
      { fruit: 'apple', animal: 'cat', color: 'pink', shape: 'circle' },
      { fruit: 'apple', animal: 'dog', color: 'green', shape: 'circle' },
      { fruit: 'pear', animal: 'cat', color: 'pink' },
      { fruit: 'pear', animal: 'dog', color: 'green' },
      { fruit: 'banana' },
      { fruit: 'banana', animal: 'cat' },
    ])
  })

  it('excludes by some of the keys, before it includes', () => {
    const combinations = combinationsOf({
      os: ['a', 'b'],
      version: ['1', '2'],
      exclude: [{ os: 'a' }, { os: 'b', version: '1' }],
      include: [{ os: 'a', version: '1' }],
    })
    expect(combinations).toEqual([
      { os: 'b', version: '2' },
      { os: 'a', version: '1' },
    ])
  })

  it('is what it includes where it has no lists', () => {
    expect(combinationsOf({ include: [{ a: '1' }, { b: '2' }] })).toEqual([{ a: '1' }, { b: '2' }])
  })
})

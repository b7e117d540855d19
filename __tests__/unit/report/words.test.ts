import { describe, expect, it } from 'vitest'
import { lastLines, shorten } from '../../../src/report/words.ts'

describe('the last lines of a log', () => {
  it.each([
    ['a\nb\nc\n', 2, 'b\nc'],
    ['a\nb\n\n \n', 1, 'b'],
    ['a', 0, ''],
    ['', 5, ''],
    ['\u001b[31mred\u001b[0m\n', 5, 'red'],
    ['10 %\r50 %\r100 %\ndone\r\n', 5, '100 %\ndone'],
    ['a\u0000b\u0007\tc\n', 5, 'ab\tc'],
    ['\u001b]8;;https://x.example\u0007link\u001b]8;;\u0007', 5, 'link'],
  ])('of %j, at most %i, are %j', (log, count, lines) => {
    expect(lastLines(log, count)).toBe(lines)
  })

  it('are of a bounded length each', () => {
    expect(lastLines('x'.repeat(10_000), 1)).toHaveLength(400)
  })
})

describe('shorten', () => {
  it.each([
    ['short', 5, 'short'],
    ['longer', 5, 'long…'],
    ['😀😀😀😀', 4, '😀😀😀😀'],
    ['😀😀😀😀😀', 4, '😀😀😀…'],
  ])('%j to %i is %j', (text, longest, short) => {
    expect(shorten(text, longest)).toBe(short)
  })
})

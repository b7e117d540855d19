import { describe, expect, it } from 'vitest'
import { shorten } from '../../../src/formats/text.ts'

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

import { expect, it } from 'vitest'
import { percentDecoded } from '../../../src/formats/percent.ts'

it.each([
  ['plain', 'plain'],
  ['p%40ss', 'p@ss'],
  ['k%c3%A4se', 'käse'],
  ['50%off', '50%off'],
  ['50%off%7C%', '50%off|%'],
  ['%ff%40', '%ff%40'],
])('the text that %s encodes is %s', (text, expected) => {
  expect(percentDecoded(text)).toBe(expected)
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { globProblem, nameGlob } from '../../../src/formats/name-glob.ts'

const matches = (pattern: string, name: string) => nameGlob(pattern, { groups: true, hidesDots: true })(name)

describe('nameGlob', () => {
  it.each([
    ['*.trx', 'a.trx', true],
    ['*.trx', '.trx', false],
    ['.*', '.env', true],
    ['*', '.env', false],
    ['?', 'ä', true],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[]a]', ']', true],
    ['[[:digit:]]*', '1a', true],
    ['[a', '[a', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['@(a|b)c', 'bc', true],
    ['+(ab)', 'ababab', true],
    ['+(ab)', '', false],
    ['*(ab)', '', true],
    ['?(x)y', 'y', true],
    ['!(*.log)', 'a.txt', true],
    ['!(*.log)', 'a.log', false],
    ['a(b', 'a(b', true],
    ['@(a', '@(a', true],
    ['caf\u00e9*', 'caf\u00e9s', true],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected)
  })

  it.each([
    [`${'*a'.repeat(60)}b`, 'a'.repeat(255)],
    [`${'+(*(a|aa)|!(b))'.repeat(20)}b`, 'a'.repeat(255)],
    [`${'*(?(a)*)'.repeat(60)}b`, 'a'.repeat(255)],
  ])('comes to an end with %s, which regular expressions do not (RUN-6)', (pattern, name) => {
    expect(matches(pattern, name)).toBe(false)
  })

  it('finds what is made of a pattern of stars', () => {
    const texts = fc.array(fc.stringMatching(/^[ab]{0,3}$/), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(texts, texts, (written, between) => {
        const name = written.map((text, at) => text + (at < written.length - 1 ? (between[at] ?? '') : ''))
        expect(matches(written.join('*'), name.join(''))).toBe(true)
      }),
    )
  })

  it('refuses groups of many levels, whose time grows with each', () => {
    const deep = `${'*('.repeat(30)}a${')'.repeat(30)}`
    expect(globProblem(deep)).toContain('levels')
    expect(globProblem('a'.repeat(1001))).toContain('longer')
    expect(matches(deep, 'a')).toBe(false)
  })
})

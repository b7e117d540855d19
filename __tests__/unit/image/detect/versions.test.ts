import fc from 'fast-check'
import { satisfies, validRange } from 'semver'
import { describe, expect, it } from 'vitest'
import {
  allOf,
  atLeast,
  comparison,
  exactly,
  fits,
  leastTags,
  majorOf,
  npmRange,
  padded,
  pessimistic,
} from '../../../../src/image/detect/versions.ts'
import { FUZZ_TIMEOUT_MS, fuzzed } from '../../../support/fuzz.ts'

const number = fc.nat({ max: 999 })
/** As many numbers as people write. */
const written = fc.array(number, { minLength: 1, maxLength: 3 }).map((numbers) => numbers.join('.'))
const whole = fc.tuple(number, number, number).map((numbers) => numbers.join('.'))
const OPERATORS = ['>=', '<=', '>', '<', '==', '!=', '='] as const
const range = fc.tuple(fc.constantFrom(...OPERATORS), written).map(([sign, version]) => `${sign} ${version}`)

describe('versions that repositories ask for (IMX-1)', { timeout: FUZZ_TIMEOUT_MS }, () => {
  const holds = <Inputs extends [unknown, ...unknown[]]>(
    arbitraries: { [Key in keyof Inputs]: fc.Arbitrary<Inputs[Key]> },
    check: (...inputs: Inputs) => void,
  ) => fc.assert(fc.property(...arbitraries, check), fuzzed(300))

  it('are in what is read of them', () => {
    holds([written, fc.constantFrom('', 'v')], (version, mark) => {
      const exact = exactly(`${mark}${version}`)
      expect(exact?.names).toBe(version)
      expect(satisfies(padded(version, 0), exact?.allows ?? '')).toBe(true)
      expect(satisfies(padded(version, 0), atLeast(`${mark}${version}`)?.allows ?? '')).toBe(true)
      expect(majorOf(`${mark}${version}`)).not.toBeNull()
    })
  })

  it('are compared as numbers', () => {
    holds([fc.constantFrom('>=', '<=', '>', '<'), whole, whole], (sign, bound, version) => {
      const numbers = (text: string) => text.split('.').reduce((sum, part) => sum * 1000 + Number(part), 0)
      const [a, b] = [numbers(version), numbers(bound)]
      const expected = { '>=': a >= b, '<=': a <= b, '>': a > b, '<': a < b }[sign]
      expect(satisfies(version, comparison(`${sign}${bound}`) ?? '')).toBe(expected)
      expect(satisfies(version, comparison(`!=${bound}`) ?? '')).toBe(a !== b)
    })
  })

  it('may grow in their last number alone after ~>', () => {
    holds([number, number, number, number], (major, minor, patch, more) => {
      const allowed = pessimistic(`${major}.${minor}.${patch}`)
      expect(satisfies(`${major}.${minor}.${patch + more}`, allowed)).toBe(true)
      expect(satisfies(`${major}.${minor + 1 + more}.0`, allowed)).toBe(false)
      expect(satisfies(`${major}.${minor + more}.0`, pessimistic(`${major}.${minor}`))).toBe(true)
      expect(satisfies(`${major + 1}.0.0`, pessimistic(`${major}.${minor}`))).toBe(false)
    })
  })

  it('are in all of several ranges where they are in each', () => {
    holds([fc.array(range, { minLength: 1, maxLength: 4 }), whole], (ranges, version) => {
      const each = ranges.map((one) => comparison(one) ?? '')
      expect(satisfies(version, allOf(each))).toBe(each.every((one) => satisfies(version, one)))
    })
  })

  it('have tags of their least one, each of which it stands for', () => {
    holds([written], (version) => {
      const tags = leastTags(`>=${padded(version, 0)}`)
      expect(tags.at(-1)).toBe(padded(version, 0))
      for (const tag of tags) expect(fits(tag, `>=${padded(version, 0)}`)).toBe(true)
    })
  })

  it('are the same with zeros before a number', () => {
    expect(exactly('020.09')).toEqual({ allows: '20.9.x', names: '20.9' })
  })

  it('are none where they are no versions, and nothing throws', () => {
    holds([fc.string()], (text) => {
      for (const found of [exactly(text), atLeast(text), npmRange(text)])
        expect(found === null || validRange(found.allows) !== null).toBe(true)
      const compared = comparison(text)
      expect(compared === null || validRange(compared) !== null).toBe(true)
      majorOf(text)
    })
  })
})

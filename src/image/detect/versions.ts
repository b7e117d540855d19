import { minVersion, Range, satisfies, validRange } from 'semver'
import type { Requirement } from './finding.ts'

const NUMBERS = /^v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:\.\d{1,9})?([-+_]?[\w.+-]*)$/

/** A version with as many numbers as are written (`22`, `22.3`, `22.3.1`, `1.15.7-otp-26`): the one to use. */
export function exactly(written: string): Requirement | null {
  const [, major, minor, patch, rest = ''] = NUMBERS.exec(written.trim()) ?? []
  if (major === undefined || (rest !== '' && patch === undefined)) return null
  const numbers = [major, minor, patch].filter((part) => part !== undefined).map(Number)
  return { allows: [...numbers, 'x', 'x'].slice(0, 3).join('.'), names: `${numbers.join('.')}${rest}` }
}

/** A version as above that is the least of those that do: newer ones build it too. */
export function atLeast(written: string): Requirement | null {
  const version = exactly(written)
  return version && { ...version, allows: `>=${padded(written.replace(/^v/, ''), 0)}` }
}

/** Only the first number counts, as of a JDK: `17.0.9+9` and `1.8` are 17 and 8. */
export function majorOf(written: string): string | null {
  return /^v?(?:1\.(?=[5-8](?:\D|$)))?(\d{1,9})(?:\D|$)/.exec(written.trim())?.[1] ?? null
}

/** A longer text is no version. */
const LONGEST = 256

/** A range of npm: `>=20 <23`, `^22.1`, `20 || 22`. */
export function npmRange(written: string): Requirement | null {
  const allows = written.length > LONGEST ? null : validRange(written, { loose: true })
  return allows === null ? null : { allows: allows || '*', names: null }
}

/** Ranges with exceptions multiply; a repository that needs more alternatives than this is none. */
const MOST_ALTERNATIVES = 64

/** All of several ranges: each alternative of one with each of the others; nothing (`<0.0.0`) where they are too many. */
export function allOf(ranges: readonly string[]): string {
  let alternatives = ['']
  for (const range of ranges) {
    alternatives = alternatives.flatMap((so) => range.split('||').map((one) => `${so} ${one.trim()}`.trim()))
    if (alternatives.length > MOST_ALTERNATIVES) return NOTHING
  }
  return alternatives.map((one) => one || '*').join(' || ')
}

const NOTHING = '<0.0.0-0'

/** `~>` as Ruby and Elixir mean it: the last number that is written may grow. */
export const pessimistic = (version: string): string => {
  const [major = '0', minor, patch] = version.split('.')
  const upper = patch === undefined ? `${Number(major) + 1}.0.0` : `${major}.${Number(minor) + 1}.0`
  return `>=${padded(version, 0)} <${upper}`
}

const SIMPLE = /^(~>|>=|<=|!=|==|=|>|<)?\s*v?(\d+(?:\.\d+){0,3})$/

/** One comparison as Ruby, Elixir and Python write it; null when it is none. */
export function comparison(written: string): string | null {
  const [, operator = '=', version] = SIMPLE.exec(written.trim()) ?? []
  if (version === undefined) return null
  if (operator === '~>') return pessimistic(version)
  if (operator === '!=') return `<${padded(version, 0)} || >${padded(version, 0)}`
  if (operator === '=' || operator === '==') return exactly(version)?.allows ?? null
  return `${operator}${padded(version, 0)}`
}

/** Three numbers of what is written, the others being `rest`. */
export function padded(version: string, rest: number): string {
  const numbers = /^\d+(?:\.\d+)*/.exec(version)?.[0].split('.') ?? []
  return [...numbers.map(Number), rest, rest, rest].slice(0, 3).join('.')
}

const LAST = 999_999

/** Whether the newest of what a tag stands for (`22`: any 22.x.y) is in a range. */
export const fits = (tag: string, range: string): boolean =>
  satisfies(padded(tag, LAST), new Range(range), { includePrerelease: true })

/** Tags of the least version of a range, the shortest first: `22`, `22.3`, `22.3.1`. */
export function leastTags(range: string): string[] {
  const least = minVersion(range)
  if (least === null) return []
  const { major, minor, patch } = least
  return [`${major}`, `${major}.${minor}`, `${major}.${minor}.${patch}`]
}

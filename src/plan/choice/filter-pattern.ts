/**
 * GitHub's filter patterns, as in `on.push.paths`. Glob libraries give `?`, `+`, `**.js` and a `!` in the middle of
 * a list another meaning, so that a list copied from a workflow would choose other files.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
 */
export function pathFilter(patterns: readonly string[]): (path: string) => boolean {
  const rules = patterns.map((pattern) => {
    const takesAway = pattern.startsWith('!')
    return { takesAway, pattern: compile(takesAway ? pattern.slice(1) : pattern) }
  })
  // The last pattern that matches decides.
  return (path) => rules.findLast(({ pattern }) => matches(pattern, path))?.takesAway === false
}

/** Longer patterns are no pattern of paths, and cost what the square of their length costs. */
const LONGEST = 1000

/** What is wrong with a pattern; null when it is fine. */
export function patternProblem(pattern: string): string | null {
  if (pattern.length > LONGEST) return `is longer than ${LONGEST} characters`
  if (/^!?\.?\//.test(pattern))
    return 'begins with / or ./, as no changed path does; paths are relative to the repository'
  const stray = /(?<!\\)\[(?!\w[\w-]*\])/.test(pattern)
  return stray ? 'has a [ that begins no range such as [a-z0-9]; a [ itself is \\[' : null
}

/** A pattern as its parts; most paths differ from it at one of their ends already. */
interface Pattern {
  readonly parts: readonly Part[]
  readonly start: string
  readonly end: string
}

function compile(pattern: string): Pattern {
  const parts = partsOf(pattern)
  return { parts, start: literals(parts).join(''), end: literals(parts.toReversed()).reverse().join('') }
}

/** The characters that the parts begin with. */
function literals(parts: readonly Part[]): string[] {
  const count = parts.findIndex(({ literal, repeats, optional }) => literal === null || repeats || optional)
  return parts.slice(0, count < 0 ? parts.length : count).flatMap(({ literal }) => literal ?? [])
}

/** One character of a path, or any number of them. */
interface Part {
  /** The one character that it takes; null when that may be another one. */
  readonly literal: string | null
  readonly takes: (character: string) => boolean
  /** True when the part may end with that character. */
  readonly endsWith: (character: string) => boolean
  /** May take more than one character. */
  repeats: boolean
  /** May take none. */
  optional: boolean
}

const TOKEN = /\\(.)|(\*\*)(\/?)|(\*)|\[(\w[\w-]*)\]|[?+]|./gsu

function partsOf(pattern: string): Part[] {
  const parts: Part[] = []
  for (const { 0: token, 1: escaped, 2: wild, 3: slash, 4: name, 5: range, index } of pattern.matchAll(
    TOKEN,
  )) {
    const last = parts.at(-1)
    if ((token === '?' || token === '+') && last) {
      if (token === '+') last.repeats = true
      else last.optional = true
    } else if (wild !== undefined) {
      const isFolders = slash === '/' && (index === 0 || pattern[index - 1] === '/')
      parts.push(any(all, isFolders ? isSlash : all))
      if (slash === '/' && !isFolders) parts.push(literal('/'))
    } else if (name !== undefined) parts.push(any((character) => !isSlash(character)))
    else if (range !== undefined) parts.push(one(inRange(range)))
    else parts.push(literal(escaped ?? token))
  }
  return parts
}

const all = (_: string): boolean => true
const isSlash = (character: string): boolean => character === '/'
const literal = (text: string): Part => ({ ...one((character) => character === text), literal: text })
const one = (takes: Part['takes']): Part => ({
  literal: null,
  takes,
  endsWith: all,
  repeats: false,
  optional: false,
})
const any = (takes: Part['takes'], endsWith = all): Part => ({
  ...one(takes),
  endsWith,
  repeats: true,
  optional: true,
})

function inRange(range: string): Part['takes'] {
  const spans = [...range.matchAll(/(\w)-(\w)|(.)/g)]
  return (character) =>
    spans.some(([, from, to, single]) =>
      from && to ? from <= character && character <= to : character === single,
    )
}

/** Goes through the path once, with all the parts that may come next: no pattern makes it go back. */
function matches({ parts, start, end }: Pattern, path: string): boolean {
  if (!path.startsWith(start) || !path.endsWith(end)) return false
  let next: number[] = []
  const add = (index: number) => {
    if (!next.includes(index)) next.push(index)
  }
  const reach = (index: number) => {
    add(index)
    if (parts[index]?.optional) reach(index + 1)
  }
  reach(0)
  for (const character of path) {
    const here = next
    next = []
    for (const index of here) {
      const part = parts[index]
      if (!part?.takes(character)) continue
      if (part.repeats) add(index)
      if (part.endsWith(character)) reach(index + 1)
    }
    if (next.length === 0) return false
  }
  return next.includes(parts.length)
}

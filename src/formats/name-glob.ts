/**
 * Patterns of one name, such as a part of a path. They and the names come from a repository or from a task, so that no
 * regular expression may do: its time grows with each `*`. Here all places that a pattern can have come to are looked at
 * together, and each of them once.
 */

/** What a pattern may have. */
interface GlobOptions {
  /** Groups as in bash: `?(a|b)`, `*(…)`, `+(…)`, `@(…)` and `!(…)`. */
  readonly groups: boolean
  /** Whether a dot at the start of a name has to be written. */
  readonly hidesDots: boolean
}

type Part =
  | { readonly kind: 'one'; readonly isLiteral: boolean; readonly takes: (character: string) => boolean }
  | { readonly kind: 'any' }
  | { readonly kind: 'group'; readonly sign: string; readonly alternatives: readonly (readonly Part[])[] }

/** Groups within groups; each level costs a factor of time. */
const DEEPEST = 2
/** Longer patterns match no name in use. */
const LONGEST = 1000

/** What keeps a pattern from being used; null when nothing does. */
export function globProblem(pattern: string): string | null {
  if (pattern.length > LONGEST) return `is longer than ${LONGEST} characters`
  let depth = 0
  for (const character of pattern) {
    if (character === '(') depth++
    if (character === ')') depth = Math.max(0, depth - 1)
    if (depth > DEEPEST) return `has groups in more than ${DEEPEST} levels`
  }
  return null
}

/** A pattern of a name: `*`, `?`, `[a-z]`, `[!a-z]`, `[[:alpha:]]`, `\` before what stands for itself, and groups. */
export function nameGlob(pattern: string, options: GlobOptions): (name: string) => boolean {
  if (globProblem(pattern) !== null) return () => false
  const { parts } = new Parser(pattern, options.groups).sequence(false)
  return (name) => {
    const characters = [...name]
    const isHidden = options.hidesDots && characters[0] === '.'
    return follow(parts, { characters, isHidden }, new Set([0])).has(characters.length)
  }
}

class Parser {
  readonly #text: readonly string[]
  readonly #groups: boolean
  #at = 0

  constructor(pattern: string, groups: boolean) {
    this.#text = [...pattern]
    this.#groups = groups
  }

  /** Parts up to the end, or to what ends an alternative. */
  sequence(isInner: boolean): { parts: Part[]; end: string | undefined } {
    const parts: Part[] = []
    for (;;) {
      const character = this.#text[this.#at++]
      if (character === undefined || (isInner && (character === '|' || character === ')')))
        return { parts, end: character }
      parts.push(this.#group(character) ?? this.#single(character))
    }
  }

  #group(sign: string): Part | null {
    if (!this.#groups || !'?*+@!'.includes(sign) || this.#text[this.#at] !== '(') return null
    const start = this.#at++
    const alternatives: Part[][] = []
    for (;;) {
      const { parts, end } = this.sequence(true)
      alternatives.push(parts)
      if (end === ')') return { kind: 'group', sign, alternatives }
      if (end === '|') continue
      this.#at = start
      return null
    }
  }

  #single(character: string): Part {
    if (character === '*') return { kind: 'any' }
    if (character === '?') return { kind: 'one', isLiteral: false, takes: () => true }
    const range = character === '[' ? this.#range() : null
    if (range !== null) return { kind: 'one', isLiteral: false, takes: range }
    const itself = character === '\\' ? (this.#text[this.#at++] ?? '\\') : character
    return { kind: 'one', isLiteral: true, takes: (other) => other === itself }
  }

  /** What is in brackets; null when they are never closed, and stand for themselves. */
  #range(): ((character: string) => boolean) | null {
    let at = this.#at
    const isNegated = this.#text[at] === '!' || this.#text[at] === '^'
    if (isNegated) at++
    const tests: ((character: string) => boolean)[] = []
    for (let isFirst = true; isFirst || this.#text[at] !== ']'; isFirst = false) {
      const named = /^\[:(\w+):\]/.exec(this.#text.slice(at, at + 12).join(''))
      const [from, to] = [this.#text[at], this.#text[at + 2]]
      if (from === undefined) return null
      if (named) {
        const known = CLASSES[named[1] ?? '']
        tests.push((character) => known?.test(character) === true)
        at += named[0].length
      } else if (this.#text[at + 1] === '-' && to !== undefined && to !== ']') {
        tests.push((character) => from <= character && character <= to)
        at += 3
      } else {
        const itself = from === '\\' ? this.#text[++at] : from
        tests.push((character) => character === itself)
        at++
      }
    }
    this.#at = at + 1
    return (character) => tests.some((takes) => takes(character)) !== isNegated
  }
}

/** Classes of POSIX. */
const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[\p{L}\p{N}]/u,
  alpha: /\p{L}/u,
  blank: /[ \t]/,
  cntrl: /\p{Cc}/u,
  digit: /\d/,
  lower: /\p{Ll}/u,
  punct: /[!-/:-@[-`{-~]/,
  space: /\s/,
  upper: /\p{Lu}/u,
  xdigit: /[0-9a-fA-F]/,
}

interface Name {
  readonly characters: readonly string[]
  readonly isHidden: boolean
}

/** The places in a name to which parts lead from others. */
function follow(parts: readonly Part[], name: Name, from: ReadonlySet<number>): ReadonlySet<number> {
  let here = from
  for (const part of parts) here = here.size === 0 ? here : step(part, name, here)
  return here
}

function step(part: Part, name: Name, from: ReadonlySet<number>): ReadonlySet<number> {
  if (part.kind === 'any') return onwards(name, from, () => true)
  if (part.kind === 'group') return throughGroup(part.sign, part.alternatives, name, from)
  const taking = [...from].filter((at) => {
    const character = name.characters[at]
    const isOpen = part.isLiteral || at > 0 || !name.isHidden
    return character !== undefined && isOpen && part.takes(character)
  })
  return new Set(taking.map((at) => at + 1))
}

/** Every place from the first of some on; none at the start of a hidden name, whose dot has to be written. */
function onwards(
  { characters, isHidden }: Name,
  from: ReadonlySet<number>,
  isWanted: (at: number) => boolean,
): Set<number> {
  const to = new Set<number>()
  const starts = isHidden ? [...from].filter((at) => at > 0) : [...from]
  for (let at = Math.min(...starts); at <= characters.length; at++) if (isWanted(at)) to.add(at)
  return to
}

function throughGroup(
  sign: string,
  alternatives: readonly (readonly Part[])[],
  name: Name,
  from: ReadonlySet<number>,
): ReadonlySet<number> {
  const once = (start: ReadonlySet<number>) =>
    new Set(alternatives.flatMap((parts) => [...follow(parts, name, start)]))
  if (sign === '!') {
    const ways = [...from].map((at) => {
      const taken = once(new Set([at]))
      return onwards(name, new Set([at]), (to) => !taken.has(to))
    })
    return new Set(ways.flatMap((to) => [...to]))
  }
  const reached = new Set(sign === '?' || sign === '*' ? from : [])
  let next: ReadonlySet<number> = once(from)
  while (next.size > 0) {
    const added = new Set([...next].filter((at) => !reached.has(at)))
    for (const at of added) reached.add(at)
    next = sign === '+' || sign === '*' ? once(added) : new Set()
    if (added.size === 0) break
  }
  return reached
}

/**
 * GitHub's filter patterns, as in `on.push.paths`. Glob libraries give `?`, `+`, `**.js` and a `!` in the middle of
 * a list another meaning, so that a list copied from a workflow would choose other files.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
 */
export function pathFilter(patterns: readonly string[]): (path: string) => boolean {
  const rules = patterns.map((pattern) => {
    const takesAway = pattern.startsWith('!')
    return { takesAway, parts: partsOf(takesAway ? pattern.slice(1) : pattern) }
  })
  // The last pattern that matches decides.
  return (path) => rules.findLast(({ parts }) => matches(parts, path))?.takesAway === false
}

/** What is wrong with a pattern; null where it is fine. */
export function patternProblem(pattern: string): string | null {
  if (/^!?\.?\//.test(pattern))
    return 'begins with / or ./, as no changed path does; paths are relative to the repository'
  const stray = /(?<!\\)\[(?!\w[\w-]*\])/.test(pattern)
  return stray ? 'has a [ that begins no range such as [a-z0-9]; a [ itself is \\[' : null
}

/** One character of a path, or any number of them. */
interface Part {
  readonly takes: (character: string) => boolean
  /** True where the part may end with that character. */
  readonly endsWith: (character: string) => boolean
  /** May take more than one character. */
  repeats: boolean
  /** May take none. */
  optional: boolean
}

const TOKEN = /\\(.)|(\*\*)(\/?)|(\*)|\[(\w[\w-]*)\]|[?+]|./gsu

function partsOf(pattern: string): Part[] {
  const parts: Part[] = []
  for (const { 0: token, 1: escaped, 2: any, 3: slash, 4: name, 5: range, index } of pattern.matchAll(
    TOKEN,
  )) {
    const last = parts.at(-1)
    if ((token === '?' || token === '+') && last) {
      if (token === '+') last.repeats = true
      else last.optional = true
    } else if (any !== undefined) {
      const isFolders = slash === '/' && (index === 0 || pattern[index - 1] === '/')
      parts.push({
        takes: all,
        endsWith: isFolders ? (one) => one === '/' : all,
        repeats: true,
        optional: true,
      })
      if (slash === '/' && !isFolders) parts.push(one((character) => character === '/'))
    } else if (name !== undefined)
      parts.push({ ...one((character) => character !== '/'), repeats: true, optional: true })
    else if (range !== undefined) parts.push(one(inRange(range)))
    else parts.push(one((character) => character === (escaped ?? token)))
  }
  return parts
}

const all = () => true
const one = (takes: Part['takes']): Part => ({ takes, endsWith: all, repeats: false, optional: false })

function inRange(range: string): Part['takes'] {
  const spans = [...range.matchAll(/(\w)-(\w)|(.)/g)]
  return (character) =>
    spans.some(([, from, to, single]) =>
      from && to ? from <= character && character <= to : character === single,
    )
}

/** Goes through the path once, with all the parts that may come next: no pattern makes it go back. */
function matches(parts: readonly Part[], path: string): boolean {
  let next = new Set<number>()
  const reach = (index: number) => {
    next.add(index)
    if (parts[index]?.optional) reach(index + 1)
  }
  reach(0)
  for (const character of path) {
    const here = next
    next = new Set()
    for (const index of here) {
      const part = parts[index]
      if (!part?.takes(character)) continue
      if (part.repeats) next.add(index)
      if (part.endsWith(character)) reach(index + 1)
    }
    if (next.size === 0) return false
  }
  return next.has(parts.length)
}

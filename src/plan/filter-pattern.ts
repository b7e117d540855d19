/**
 * GitHub's filter patterns, as in `on.push.paths`. Glob libraries give `?`, `+`, `**.js` and a `!` in the middle of
 * a list another meaning, so that a list copied from a workflow would choose other files.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
 */
export function pathFilter(patterns: readonly string[]): (path: string) => boolean {
  const rules = patterns.map((pattern) => {
    const takesAway = pattern.startsWith('!')
    return { takesAway, expression: expressionOf(takesAway ? pattern.slice(1) : pattern) }
  })
  // The last pattern that matches decides.
  return (path) => rules.findLast(({ expression }) => expression.test(path))?.takesAway === false
}

/** What is wrong with a pattern; null where it is fine. */
export function patternProblem(pattern: string): string | null {
  if (/^!?\.?\//.test(pattern))
    return 'begins with / or ./, as no changed path does; paths are relative to the repository'
  if (STRAY_BRACKET.test(pattern)) return 'has a [ that begins no range such as [a-z0-9]; a [ itself is \\['
  try {
    expressionOf(pattern)
    return null
  } catch {
    return 'has a range that runs backwards'
  }
}

const STRAY_BRACKET = /(?<!\\)\[(?!\w[\w-]*\])/
const TOKEN = /\\(.)|\*\*\/|\*\*|\*|\[(\w[\w-]*)\]|[?+]|./gsu

function expressionOf(pattern: string): RegExp {
  let source = ''
  let repeatable = false
  for (const [token, escaped, range] of pattern.matchAll(TOKEN)) {
    const repeats = token === '?' || token === '+'
    if (repeats && repeatable) source += token
    else if (token === '**/' && /(^|\/)$/.test(source)) source += '(?:.*/)?'
    else if (token === '**/') source += '.*/'
    else if (token === '**') source += '.*'
    else if (token === '*') source += '[^/]*'
    else if (range !== undefined) source += `[${range}]`
    // After a wildcard or another repetition there is nothing that it could change.
    else if (!repeats || source === '') source += literal(escaped ?? token)
    repeatable = !repeats && !token.startsWith('*')
  }
  return new RegExp(`^${source}$`, 'su')
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

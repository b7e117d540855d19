import { formatBytes } from '../../formats/units.ts'
import { isFields } from '../../task/fields.ts'
import { nearest } from '../../task/problems.ts'
import type { Path } from './faults.ts'
import { MOST_FILE_BYTES } from './file-bounds.ts'

/** The values of one combination of a task's strategy, by key. */
export type Combination = Readonly<Record<string, string>>

/** What can be filled in: the values of this combination, and all keys that any combination of the task has. */
export interface Fillable {
  readonly values: Combination
  readonly keys: readonly string[]
}

/** Expressions of one text whose faults are reported: who has more of them has one mistake, made many times. */
const MOST_REFUSED = 10
/** A text in an expression, as GitHub writes it: `\${{ '\${{' }}` is how a text holds what would begin one. */
const LITERAL = /^'((?:[^']|'')*)'$/
const MATRIX_KEY = /^matrix\.([A-Za-z_][\w-]*)$/

/** Reports what is wrong with an expression in the text at a path. */
type Refuse = (path: Path, expression: string, message: string) => void

/**
 * The same value with `${{ matrix.KEY }}` filled in, and `${{ 'text' }}`, in every text of it. A key that only other
 * combinations have is empty, as in a workflow. Anything else in `${{ }}` is refused: it would stay as it is.
 */
export function fillIn(value: unknown, fillable: Fillable, refuse: Refuse, path: Path = []): unknown {
  if (typeof value === 'string') {
    const isScript = path.some((step) => step === 'run' || step === 'command')
    return fillInText(value, fillable, isScript, (part, why) => refuse(path, part, why))
  }
  if (Array.isArray(value))
    return value.map((item, index) => fillIn(item, fillable, refuse, [...path, index]))
  if (!isFields(value)) return value
  const entries = Object.entries(value).map(([key, one]) => {
    if (key.includes('${{')) refuse([...path, key], key, 'is a key, and only values are filled in')
    return [key, fillIn(one, fillable, refuse, [...path, key])] as const
  })
  return Object.fromEntries(entries)
}

/** True of a text with something to fill in. */
export const hasExpression = (value: unknown): boolean => typeof value === 'string' && value.includes('${{')

function fillInText(
  text: string,
  { values, keys }: Fillable,
  isScript: boolean,
  refuse: (part: string, why: string) => void,
): string {
  const { literals, expressions, isOpen } = partsOf(text)
  if (isOpen) refuse('${{', `has \${{ without }} behind it`)
  let refused = 0
  const filled = expressions.map((expression) => {
    const inner = expression.slice(3, -2).trim()
    const literal = LITERAL.exec(inner)?.[1]
    if (literal !== undefined) return literal.replaceAll("''", "'")
    const key = MATRIX_KEY.exec(inner)?.[1]
    if (key !== undefined && keys.includes(key)) return values[key] ?? ''
    if (++refused <= MOST_REFUSED) refuse(expression, refusalReason(expression, key, keys, isScript))
    return ''
  })
  if (filled.length === 0) return text
  const all = literals.flatMap((literal, index) => [literal, filled[index] ?? ''])
  if (all.reduce((sum, { length }) => sum + length, 0) <= MOST_FILE_BYTES) return all.join('')
  refuse(expressions[0] ?? '', `is longer than ${formatBytes(MOST_FILE_BYTES)} with its values filled in`)
  return ''
}

/**
 * The expressions of a text, and what stands before, between and behind them. One pass from left to right, so that
 * a text of nothing but `${{` takes no longer than any other.
 */
function partsOf(text: string): { literals: string[]; expressions: string[]; isOpen: boolean } {
  const literals: string[] = []
  const expressions: string[] = []
  let at = 0
  for (;;) {
    const start = text.indexOf('${{', at)
    const end = start < 0 ? -1 : endOf(text, start)
    literals.push(text.slice(at, end < 0 ? text.length : start))
    if (end < 0) return { literals, expressions, isOpen: start >= 0 }
    expressions.push(text.slice(start, end))
    at = end
  }
}

/** Where the expression that begins at a place ends, which is not between quotation marks; below 0 where it does not. */
function endOf(text: string, start: number): number {
  const first = text.indexOf('}}', start + 3)
  let [at, close] = [start + 3, first]
  while (close >= 0) {
    const quote = text.slice(at, close).indexOf("'")
    if (quote < 0) return close + 2
    const quoteEnd = text.indexOf("'", at + quote + 1)
    // A quotation mark that does not close hides nothing.
    if (quoteEnd < 0) break
    at = quoteEnd + 1
    if (at > close) close = text.indexOf('}}', at)
  }
  return first < 0 ? -1 : first + 2
}

/** What GitHub's context holds and the runner's variables of the same name, which tasks are given. */
const IN_ENVIRONMENT =
  /^github\.(repository|repository_owner|ref|ref_name|sha|run_id|run_number|run_attempt|workflow|job|actor|event_name|server_url|api_url|workspace)$/i

/** How a script gets what an expression would give it in a workflow; null when it cannot. */
function inScript(expression: string): string | null {
  const inner = expression.slice(3, -2).trim()
  const github = IN_ENVIRONMENT.exec(inner)?.[1]
  if (github !== undefined) return `$GITHUB_${github.toUpperCase()}`
  const own = /^env\.([A-Za-z_]\w*)$/i.exec(inner)?.[1]
  return own === undefined ? null : `$${own}`
}

function refusalReason(
  expression: string,
  key: string | undefined,
  keys: readonly string[],
  isScript: boolean,
): string {
  const what = `holds ${expression.length > 60 ? `${expression.slice(0, 60)}…` : expression}`
  const instead = isScript ? inScript(expression) : null
  if (instead !== null) return `${what}, which only workflows fill in; use ${instead}`
  if (keys.length === 0)
    return `${what}, and there is no strategy to fill it in from; in a task file only the keys of the task's strategy can be`
  const near = key === undefined ? undefined : nearest(key, keys)
  const possible = keys.map((one) => `\${{ matrix.${one} }}`).join(', ')
  return near === undefined
    ? `${what}; possible are ${possible}`
    : `${what}, and the strategy has no ${key}; did you mean \${{ matrix.${near} }}?`
}

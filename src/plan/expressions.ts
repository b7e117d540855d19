import { isFields } from '../task/fields.ts'
import { nearest } from '../task/problems.ts'
import type { Path } from './faults.ts'

/** The values of one combination of a task's strategy, by key. */
export type Combination = Readonly<Record<string, string>>

/** What can be filled in: the values of this combination, and all keys that any combination of the task has. */
export interface Fillable {
  readonly values: Combination
  readonly keys: readonly string[]
}

const EXPRESSION = /\$\{\{(.*?)\}\}/gs
const MATRIX_KEY = /^matrix\.([A-Za-z_][\w-]*)$/

/** Tells what is wrong with an expression in the text at a path. */
export type Refuse = (path: Path, expression: string, message: string) => void

/**
 * The same value with `${{ matrix.KEY }}` filled in, in every text of it. A key that only other combinations
 * have is empty, as in a workflow. Anything else in `${{ }}` is refused: nobody would fill it in.
 */
export function fillIn(value: unknown, fillable: Fillable, refuse: Refuse, path: Path = []): unknown {
  if (typeof value === 'string') return fillInText(value, fillable, (part, why) => refuse(path, part, why))
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
  refuse: (part: string, why: string) => void,
): string {
  if (!hasExpression(text)) return text
  const filled = text.replace(EXPRESSION, (expression, inner: string) => {
    const key = MATRIX_KEY.exec(inner.trim())?.[1]
    if (key !== undefined && keys.includes(key)) return values[key] ?? ''
    refuse(expression, whyNot(expression, key, keys))
    return ''
  })
  const open = text.replace(EXPRESSION, '').includes('${{')
  if (open) refuse('${{', `has \${{ without }} behind it`)
  return filled
}

function whyNot(expression: string, key: string | undefined, keys: readonly string[]): string {
  const what = `holds ${expression.length > 60 ? `${expression.slice(0, 60)}…` : expression}`
  if (keys.length === 0)
    return `${what}, and there is no strategy to fill it in from; in a task file only the keys of the task's strategy can be`
  const near = key === undefined ? undefined : nearest(key, keys)
  const possible = keys.map((one) => `\${{ matrix.${one} }}`).join(', ')
  return near === undefined
    ? `${what}; possible are ${possible}`
    : `${what}, and the strategy has no ${key}; did you mean \${{ matrix.${near} }}?`
}

import { type Expression, functionsOf, parseExpression } from './syntax.ts'
import { fromJson, isTruthy, lookUp, order, sameValue, toText } from './values.ts'

/** The contexts by name, and how the jobs before have ended. */
export interface Situation {
  readonly contexts: Readonly<Record<string, unknown>>
  /** The run was cancelled. */
  readonly cancelled: boolean
  /** All jobs that are needed, and their ancestors, succeeded. */
  readonly success: boolean
}

/** Its end is not one that stands within a text of it. */
const EXPRESSION = /\$\{\{((?:'[^']*'|[^'])*?)\}\}/gs

/** The value of a text with `${{ }}` in it: of any type where it is one expression and nothing else, else a text. */
export function resolved(template: unknown, situation: Situation): unknown {
  if (typeof template !== 'string') return template
  const parts = [...template.matchAll(EXPRESSION)]
  const [first] = parts
  if (first && parts.length === 1 && first[0] === template.trim())
    return evaluate(parseExpression(first[1] ?? ''), situation)
  return template.replace(EXPRESSION, (_, text: string) => {
    return toText(evaluate(parseExpression(text), situation))
  })
}

/** What the runner gives an action or a job for a text: a text. */
export const textOf = (template: unknown, situation: Situation): string =>
  toText(resolved(template, situation))

/** Whether a job with that `if` runs. Without a function that asks for it, only where all before it succeeded. */
export function holds(condition: string | undefined, situation: Situation): boolean {
  const whole = /^\$\{\{(.*)\}\}$/s.exec((condition ?? 'success()').trim())?.[1] ?? condition ?? 'success()'
  const expression = parseExpression(whole)
  const asks = functionsOf(expression).some((name) => STATUS.includes(name))
  return (asks || situation.success) && isTruthy(evaluate(expression, situation))
}

const STATUS = ['success', 'failure', 'cancelled', 'always']

function evaluate(expression: Expression, situation: Situation): unknown {
  const value = (one: Expression) => evaluate(one, situation)
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'context': {
      const found = lookUp(situation.contexts, expression.name)
      if (found === null) throw new Error(`The context ${expression.name} is not there.`)
      return found
    }
    case 'index':
      return lookUp(value(expression.of), value(expression.by))
    case 'not':
      return !isTruthy(value(expression.of))
    case 'binary':
      return binary(expression.operator, value(expression.left), () => value(expression.right))
    case 'call':
      return call(expression.name, expression.args, value, situation)
  }
}

function binary(operator: string, left: unknown, right: () => unknown): unknown {
  switch (operator) {
    case '&&':
      return isTruthy(left) ? right() : left
    case '||':
      return isTruthy(left) ? left : right()
    case '==':
      return sameValue(left, right())
    case '!=':
      return !sameValue(left, right())
    default: {
      const difference = order(left, right())
      if (Number.isNaN(difference)) return false
      if (operator.startsWith('<')) return difference < 0 || (operator === '<=' && difference === 0)
      return difference > 0 || (operator === '>=' && difference === 0)
    }
  }
}

function call(
  name: string,
  args: readonly Expression[],
  value: (one: Expression) => unknown,
  situation: Situation,
): unknown {
  // The one function that does not evaluate all of its arguments.
  if (name === 'case') return firstCase(args, value)
  const given = args.map(value)
  const [first, second] = given
  const lower = (text: unknown) => toText(text).toLowerCase()
  switch (name) {
    case 'success':
      return situation.success && !situation.cancelled
    case 'failure':
      return !situation.success && !situation.cancelled
    case 'cancelled':
      return situation.cancelled
    case 'always':
      return true
    case 'startswith':
      return lower(first).startsWith(lower(second))
    case 'endswith':
      return lower(first).endsWith(lower(second))
    case 'contains':
      return Array.isArray(first)
        ? first.some((one) => sameValue(one, second))
        : lower(first).includes(lower(second))
    case 'format':
      return toText(first).replace(/\{\{|\}\}|\{(\d+)\}/g, (part, index?: string) =>
        index === undefined ? part.slice(1) : toText(given[Number(index) + 1] ?? null),
      )
    case 'join':
      return [first]
        .flat()
        .map(toText)
        .join(second === undefined ? ',' : toText(second))
    case 'tojson':
      return JSON.stringify(first ?? null, null, 2)
    case 'fromjson':
      return fromJson(toText(first))
    default:
      throw new Error(`This evaluator does not know the function ${name}.`)
  }
}

function firstCase(args: readonly Expression[], value: (one: Expression) => unknown): unknown {
  for (let at = 0; at + 1 < args.length; at += 2) {
    const [predicate, result] = args.slice(at)
    if (!predicate || !result) break
    const holds = value(predicate)
    if (typeof holds !== 'boolean') throw new Error('A predicate of case() has to be a boolean.')
    if (holds) return value(result)
  }
  const otherwise = args.at(-1)
  if (!otherwise || args.length % 2 === 0) throw new Error('case() needs a value for where nothing holds.')
  return value(otherwise)
}

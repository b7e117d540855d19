import { z } from 'zod'

/** The contexts that an input's default may use, by name: github, strategy, matrix, job, runner. */
export type Contexts = Readonly<Record<string, unknown>>

/** Contexts whose properties the runner always sets, where a missing one is a mistake of the action or the test. */
const COMPLETE = new Set(['github', 'job', 'runner', 'strategy'])
const Properties = z.record(z.string(), z.unknown())
const Scalar = z.union([z.string(), z.number(), z.boolean()])

/**
 * Evaluates the `${{ … }}` of a default: a property of a context, or `toJSON` of one. Throws on everything else,
 * where the runner knows more: a wrong answer here would hide a mistake.
 */
export function evaluate(template: string, contexts: Contexts): string {
  return template.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => {
    return evaluateOne(expression.trim(), contexts)
  })
}

function evaluateOne(expression: string, contexts: Contexts): string {
  const json = /^toJSON\(\s*([\w.-]+)\s*\)$/i.exec(expression)?.[1]
  if (json !== undefined) return toJson(lookUp(json, contexts))
  if (/^[a-z_][\w-]*(\.[a-z_][\w-]*)*$/i.test(expression)) return toText(lookUp(expression, contexts))
  throw new Error(`The runner of the tests cannot evaluate \${{ ${expression} }}.`)
}

function lookUp(dotted: string, contexts: Contexts): unknown {
  const [context = '', ...keys] = dotted.split('.')
  const found = find(contexts, context)
  if (found === undefined) throw new Error(`The runner of the tests has no context \`${context}\`.`)
  return keys.reduce<unknown>((value, key) => {
    const next = find(value, key)
    if (next === undefined && COMPLETE.has(context.toLowerCase())) {
      throw new Error(`The runner of the tests has no \`${dotted}\`.`)
    }
    return next ?? null
  }, found)
}

/** Names are compared without regard to case, as in GitHub's expressions. */
function find(value: unknown, key: string): unknown {
  const properties = Properties.safeParse(value)
  if (!properties.success) return undefined
  const wanted = key.toLowerCase()
  return Object.entries(properties.data).find(([name]) => name.toLowerCase() === wanted)?.[1]
}

function toText(value: unknown): string {
  if (value === null) return ''
  if (Array.isArray(value)) return 'Array'
  const scalar = Scalar.safeParse(value)
  return scalar.success ? String(scalar.data) : 'Object'
}

/** Two blanks a level, as the runner prints it; JavaScript leaves U+0085, U+2028 and U+2029 unescaped. */
function toJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(/[\u0085\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

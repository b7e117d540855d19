import { z } from 'zod'
import { messageOf } from '../errors.ts'
import { parseStructured } from '../formats/structured-text.ts'
import { parseDuration } from '../formats/units.ts'
import type { Problem } from './problems.ts'

/**
 * The kinds of inputs that actions have. Each reads what the runner hands over: text, empty when the workflow
 * says nothing, which gives `undefined`.
 */
type Context = z.core.$RefinementCtx

/** Adds a problem where `parse` throws; the value is then worth nothing. */
export async function attempt<T>(context: Context, parse: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await parse()
  } catch (error) {
    context.addIssue({ code: 'custom', message: messageOf(error) })
    return undefined
  }
}

/** Adds a problem; the value is then worth nothing. */
export const problem = (context: Context, message: string): undefined => {
  context.addIssue({ code: 'custom', message })
  return undefined
}

/** Any text. */
export const optionalText = z.string().transform((value) => (value === '' ? undefined : value))
/** `true` or `false`. */
export const flag = z.string().transform((value, context) => {
  if (value === '') return undefined
  if (/^(true|false)$/i.test(value)) return value.toLowerCase() === 'true'
  return problem(context, `has to be true or false: got ${JSON.stringify(value)}`)
})
/** A time such as `30m`, as seconds. */
export const duration = z.string().transform((value, context) => {
  if (value === '') return undefined
  return (
    parseDuration(value) ??
    problem(context, `has to be a duration such as 90s, 30m or 2h: got ${JSON.stringify(value)}`)
  )
})
/** How many days an artifact is kept. */
export const days = z.string().transform((value, context) => {
  if (value === '') return undefined
  const number = Number(value)
  return Number.isInteger(number) && number >= 1 && number <= 400
    ? number
    : problem(context, `has to be a number of days from 1 to 400: got ${JSON.stringify(value)}`)
})
/** One of the words that are named. */
export const choice = <const T extends readonly string[]>(...values: T) =>
  z.string().transform((value, context): T[number] | undefined => {
    if (value === '') return undefined
    const found = values.find((one) => one === value)
    return found ?? problem(context, `has to be one of ${values.join(', ')}: got ${JSON.stringify(value)}`)
  })
/** Any value, written as YAML or JSON. */
export const structured = z
  .string()
  .transform((value, context) => (value === '' ? undefined : attempt(context, () => parseStructured(value))))
/** Words by blanks, lines or commas; none when the workflow says nothing. */
export const words = z.string().transform((value) => value.split(/[\s,]+/).filter((word) => word !== ''))
/** Lines without blanks around them, and without empty ones. */
export const lines = z.string().transform((value) => {
  const all = value.split(/\r?\n/).map((line) => line.trim())
  return value.trim() === '' ? undefined : all.filter((line) => line !== '')
})

/** Reads all inputs of a schema, and reports all that is wrong with them. A broken input counts as not given. */
export async function readAll<S extends z.ZodObject>(
  schema: S,
  read: (name: keyof z.output<S> & string) => string,
): Promise<{ inputs: z.output<S>; problems: Problem[] }> {
  const raw = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, read(name)]))
  const parsed = await schema.safeParseAsync(raw)
  if (parsed.success) return { inputs: parsed.data, problems: [] }
  const problems = parsed.error.issues.map(({ path, message }) => ({
    field: `input ${String(path[0])}`,
    message,
  }))
  const broken = new Set(parsed.error.issues.map((issue) => String(issue.path[0])))
  const rest = Object.entries(raw).map(([name, value]) => [name, broken.has(name) ? '' : value])
  return { inputs: await schema.parseAsync(Object.fromEntries(rest)), problems }
}

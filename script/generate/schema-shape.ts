import type { z } from 'zod'

/** A JSON Schema as zod makes it. */
export type Schema = z.core.JSONSchema.BaseSchema
/** The schemas of an object's fields. */
export type Properties = Record<string, Schema>

/** The properties of an object, or of the object in an "object or null"; changing them changes the schema. */
export function propertiesOf(schema: z.core.JSONSchema._JSONSchema | undefined): Properties {
  if (typeof schema !== 'object') return {}
  const found =
    schema.properties ?? schema.anyOf?.map(propertiesOf).find((one) => Object.keys(one).length > 0)
  return (found ?? {}) as Properties
}

/** The properties of an object, else of the items of a list. */
export function partsOf(schema: Schema | undefined): Properties {
  const own = propertiesOf(schema)
  return schema === undefined || Object.keys(own).length > 0 ? own : propertiesOf(itemsOf(schema))
}

/** What each item of a list has to be. */
export const itemsOf = ({ items }: Schema): Schema =>
  typeof items === 'object' && !Array.isArray(items) ? (items as Schema) : {}

/** What a schema says to people: the meaning, what counts where the value is left out, and how it is written. */
export interface Note {
  readonly description: string
  readonly default?: unknown
  readonly examples: readonly unknown[]
}

/** A schema with its note. */
export const noted = (schema: Schema, note: Note): Schema => ({ ...schema, ...noteOf(note) })

/** The note of a schema alone, or a note as a schema has it. */
export const noteOf = ({ description, default: fallback, examples }: Schema | Note): Schema => ({
  ...(description !== undefined && { description }),
  ...(isJson(fallback) && { default: fallback }),
  ...(examples && { examples: [...examples] }),
})

type Json = NonNullable<Schema['default']>
const isJson = (value: unknown): value is Json => value !== undefined && value !== null

/** Without what is noise to a reader: the bounds of JavaScript's numbers, and dates as regular expressions. */
export function plain(schema: Schema): Schema {
  return rewritten(schema, (value) => {
    const noise = Object.entries(value).filter(
      ([key, one]) =>
        (/^(max|min)imum$/.test(key) && Math.abs(Number(one)) === Number.MAX_SAFE_INTEGER) ||
        (key === 'pattern' && 'format' in value),
    )
    return Object.fromEntries(Object.entries(value).filter(([key]) => !noise.some(([name]) => name === key)))
  })
}

/**
 * Alternatives of different types made into one schema of several types: its keywords each apply to one type only,
 * and an editor names what is wrong instead of "matches none of the alternatives".
 */
export const joined = <S>(schema: S): S => rewritten(schema, joinAlternatives)

function joinAlternatives(value: Fields): Fields {
  const { anyOf, ...around } = value
  if (!Array.isArray(anyOf) || !anyOf.every(isFields)) return value
  const types: unknown[] = anyOf.flatMap(({ type }) => type ?? [null])
  const keys = anyOf.flatMap((one) => Object.keys(one).filter((key) => key !== 'type'))
  const isPlain = keys.every((key) => !OF_ALL_TYPES.has(key) && !Object.hasOwn(around, key))
  // An alternative that has no type, or shares it with another one, is a choice that remains.
  if (!isPlain || types.includes(null) || new Set([...types, ...keys]).size < types.length + keys.length)
    return value
  return { type: types, ...Object.assign({}, ...anyOf.map(({ type: _, ...own }) => own)), ...around }
}

/** Keywords that apply to values of every type. */
const OF_ALL_TYPES: ReadonlySet<string> = new Set([
  ...['$ref', 'allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'enum', 'const'],
  ...['default', 'description', 'title', 'examples'],
])

/** A copy, with each map in it rewritten from the innermost to the outermost. */
export function rewritten<S>(schema: S, rewrite: (value: Fields, key: string) => Fields): S {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    isFields(value) ? rewrite(value, key) : value,
  )
}

type Fields = Record<string, unknown>
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

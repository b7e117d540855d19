import { z } from 'zod'
import { CATALOG } from '../../src/image/catalog.ts'
import { containerSchema } from '../../src/task/contract.ts'
import {
  itemsOf,
  noted,
  noteOf,
  type Properties,
  partsOf,
  plain,
  propertiesOf,
  type Schema,
} from './schema-shape.ts'
import { SERVICE_FIELDS, SERVICE_PARTS } from './service-fields.ts'
import { CONTAINER_EXAMPLES, NESTED_FIELDS } from './task-examples.ts'
import { CONTAINER_FIELDS } from './task-fields.ts'

type Type = z.core.JSONSchema.SchemaType

const DURATION = {
  pattern: '^\\s*\\d+(\\.\\d+)?\\s*[smhSMH]?\\s*$',
  patternErrorMessage:
    'This is no duration. Write seconds, or a number with s, m or h, such as 90s, 30m or 2h.',
} as const
const SIZE = {
  pattern: '^\\s*\\d+(\\.\\d+)?\\s*([kmgtKMGT]?([iI]?[bB])?)\\s*$',
  patternErrorMessage: 'This is no size. Write bytes, or a number with k, m, g or t, such as 512m or 4g.',
} as const
const NUMBER_AS_TEXT = {
  pattern: '^\\s*\\d+(\\.\\d+)?\\s*$',
  patternErrorMessage: 'This is no number.',
} as const
const NUMBER: Type[] = ['number', 'string']
const duration = (minimum: number): Schema => ({ type: NUMBER, minimum, ...DURATION })
const whole: Schema = { type: ['integer', 'string'], minimum: 1, ...NUMBER_AS_TEXT }

/** What zod checks in functions, which it cannot put into JSON Schema: texts that are durations, sizes, numbers. */
const CONTAINER_OVERRIDES: Properties = {
  timeout: duration(1),
  timeoutSeconds: duration(1),
  stopGrace: duration(0),
  stopGraceSeconds: duration(0),
  collectTimeout: duration(1),
  collectTimeoutSeconds: duration(1),
  cache: {
    anyOf: [
      { type: 'string', const: 'auto' },
      {
        type: 'array',
        minItems: 1,
        items: {
          type: 'string',
          pattern: '^/',
          patternErrorMessage: 'This has to be an absolute path in the container.',
        },
      },
    ],
  },
  cacheMax: { type: NUMBER, minimum: 0, ...SIZE },
  collectMaxBytes: { type: NUMBER, minimum: 0, ...SIZE },
  collectMaxFiles: whole,
  collectMaxDepth: whole,
  maxContainers: whole,
  shmSize: { type: NUMBER, minimum: 1, ...SIZE },
}
const RESOURCE_OVERRIDES: Properties = {
  cpus: { type: NUMBER, minimum: 0.01, ...NUMBER_AS_TEXT },
  memory: { type: NUMBER, minimum: 6 * 1024 * 1024, ...SIZE },
  pids: whole,
}

/** The defaults of durations, as people write them. */
const DURATIONS = { timeout: '60m', stopGrace: '5s', collectTimeout: '5m' }

/** Of these only one can be given. */
const EXCLUSIVE = [
  ['run', 'command'],
  ['image', 'toolchain'],
  ['toolchain', 'build'],
  ['build', 'image'],
  ['timeout', 'timeoutSeconds'],
  ['stopGrace', 'stopGraceSeconds'],
  ['collectTimeout', 'collectTimeoutSeconds'],
] as const

/** Names of the catalog, for editors to complete; any other text may be a toolchain of a file. */
const TOOLCHAINS = [
  ...Object.entries(CATALOG).flatMap(([name, { version }]) => [`${name}@${version}`, name]),
  'auto',
]

/** The container object, each field with its meaning, its default where it is a value, and an example. */
export function containerDefinition(): Schema {
  const { $schema: _, ...schema } = plain(z.toJSONSchema(containerSchema, { io: 'input' }))
  const defaults: Record<string, unknown> = { ...containerSchema.parse({}), ...DURATIONS }
  const examples: Record<string, unknown> = CONTAINER_EXAMPLES
  const properties = propertiesOf(schema)
  for (const [name, description] of Object.entries(CONTAINER_FIELDS)) {
    const { default: _, ...own } = CONTAINER_OVERRIDES[name] ?? properties[name] ?? {}
    const note = { description, default: defaults[name], examples: [examples[name]] }
    properties[name] = noted(own, name === 'toolchain' ? { ...note, examples: TOOLCHAINS } : note)
  }
  for (const [name, parts] of Object.entries(NESTED_FIELDS)) describeParts(partsOf(properties[name]), parts)
  describeServices(properties.services)
  const digest = properties.digests?.additionalProperties
  if (typeof digest === 'object') digest.patternErrorMessage = 'This is no digest, such as sha256:…'
  const limits = propertiesOf(properties.resources)
  for (const [name, own] of Object.entries(RESOURCE_OVERRIDES))
    limits[name] = { ...noteOf(limits[name] ?? {}), ...own }
  if (limits.pids) limits.pids.default = containerSchema.parse({}).resources.pids
  const names = properties.labels?.propertyNames
  if (typeof names === 'object')
    Object.assign(names, {
      pattern: '^(?!acode\\.)',
      patternErrorMessage: 'Labels acode.… are the action’s own.',
    })
  return { description: 'What runs, and in which container.', ...schema, dependentSchemas: exclusions() }
}

/** A service has keys as a container has, and its name is that of a host. */
function describeServices(services: Schema | undefined): void {
  const { additionalProperties: service, propertyNames: names } = services ?? {}
  if (typeof service !== 'object' || typeof names !== 'object') return
  const fields = propertiesOf(service)
  describeParts(fields, SERVICE_FIELDS)
  const parts = { ...SERVICE_PARTS, resources: NESTED_FIELDS.resources, mounts: NESTED_FIELDS.mounts }
  for (const [name, described] of Object.entries(parts))
    if (described) describeParts(partsOf(fields[name]), described)
  for (const name of ['secrets', 'tmpfs'])
    Object.assign(itemsOf(fields[name] ?? {}), { patternErrorMessage: SERVICE_ITEMS[name] })
  Object.assign(names, {
    patternErrorMessage: 'This is no name of a host: lower case letters, digits, - and _.',
  })
}

const SERVICE_ITEMS: Readonly<Record<string, string>> = {
  secrets: 'This is no name of a secret (letters, digits, _ . -).',
  tmpfs: 'This is no absolute path, with or without options such as :size=256m,mode=1777,exec.',
}

function exclusions(): Record<string, Schema> {
  return Object.fromEntries(
    EXCLUSIVE.map(([one, other]) => {
      const errorMessage = `${one} and ${other} exclude each other; keep one.`
      return [one, { properties: { [other]: false }, errorMessage }] as const
    }),
  )
}

/** Gives the parts of a field their notes. */
export function describeParts(fields: Properties, parts: (typeof NESTED_FIELDS)[string]): void {
  for (const [name, [description, example]] of Object.entries(parts)) {
    const { default: fallback, ...own } = fields[name] ?? {}
    fields[name] = noted(own, { description, default: fallback, examples: [example] })
  }
}

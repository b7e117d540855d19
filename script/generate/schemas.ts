import { z } from 'zod'
import { taskFileSchema } from '../../src/plan/schema.ts'
import { runRecordSchema } from '../../src/record/run-record.ts'
import { containerSchema, payloadSchema } from '../../src/task/contract.ts'
import { RECORD_FIELDS } from './record.ts'
import { CONTAINER_FIELDS, FILE_FIELDS } from './task-fields.ts'

type Schema = z.core.JSONSchema.BaseSchema
type Properties = Record<string, Schema>

const DRAFT = 'https://json-schema.org/draft/2020-12/schema'
const DURATION = { type: 'string', pattern: '^\\s*\\d+(\\.\\d+)?\\s*[smhSMH]?\\s*$' } as const
const SIZE = { type: 'string', pattern: '^\\s*\\d+(\\.\\d+)?\\s*([kmgtKMGT]?([iI]?[bB])?)\\s*$' } as const
const NUMBER_AS_TEXT = { type: 'string', pattern: '^\\s*\\d+(\\.\\d+)?\\s*$' } as const

/** What zod checks in functions, which it cannot put into JSON Schema: texts that are durations, sizes, numbers. */
const CONTAINER_OVERRIDES: Properties = {
  timeoutSeconds: { anyOf: [{ type: 'number', minimum: 1 }, DURATION] },
  stopGraceSeconds: { anyOf: [{ type: 'number', minimum: 0 }, DURATION] },
  shmSize: { anyOf: [{ type: 'number', minimum: 1 }, SIZE] },
}
const RESOURCE_OVERRIDES: Properties = {
  cpus: {
    anyOf: [{ type: 'number', minimum: 0.01 }, NUMBER_AS_TEXT],
    description: 'Number of CPUs, such as 2 or 0.5.',
  },
  memory: {
    anyOf: [{ type: 'number', minimum: 6 * 1024 * 1024 }, SIZE],
    description: 'Memory, swap included: bytes, or a size such as 512m or 4g.',
  },
  pids: {
    anyOf: [{ type: 'integer', minimum: 1 }, NUMBER_AS_TEXT],
    description: 'Number of processes and threads.',
  },
}

/** The payload of the input `task`, in its three forms. */
export function taskSchema(): Schema {
  const container = containerDefinition()
  const { requiredCapabilities = {}, task = {} } = propertiesOf(
    z.toJSONSchema(payloadSchema, { io: 'input' }),
  )
  const { id = {} } = propertiesOf(task)
  const outer = {
    requiredCapabilities: {
      ...requiredCapabilities,
      description: 'What a runner has to offer; docker is added where a container is enabled.',
    },
  }
  const inner = {
    id: { ...id, description: 'Name of the task, unique in its session.' },
    container: { $ref: '#/$defs/container' },
  }
  return {
    $schema: DRAFT,
    title: 'Task payload of acode-task-container',
    anyOf: [
      {
        description: 'The canonical form.',
        type: 'object',
        properties: { ...outer, task: { type: 'object', properties: inner } },
        required: ['task'],
      },
      {
        description: 'The container object under its key.',
        type: 'object',
        properties: { ...outer, ...inner },
        required: ['container'],
        not: { required: ['task'] },
      },
      { description: 'The container object alone.', $ref: '#/$defs/container', minProperties: 1 },
    ],
    $defs: { container },
  }
}

/** What a text of a task may be instead of what it has to be: filled in before it is looked at. */
const EXPRESSION = { type: 'string', pattern: '\\$\\{\\{\\s*matrix\\.' } as const

/** The task file, for editors. */
export function tasksSchema(): Schema {
  const container = containerDefinition()
  const { $schema: _, ...file } = plain(z.toJSONSchema(taskFileSchema, { io: 'input' }))
  const { defaults = {}, tasks = {} } = propertiesOf(file)
  const entry = typeof tasks.items === 'object' && !Array.isArray(tasks.items) ? tasks.items : {}
  for (const [name, description] of Object.entries(FILE_FIELDS))
    for (const fields of [propertiesOf(defaults), propertiesOf(entry)])
      if (fields[name]) fields[name].description = description
  const { strategy = {}, container: __, id = {}, ...shared } = propertiesOf(entry)
  const around = { ...orExpression(shared), strategy }
  const payload = { id: orExpression(id), container: { $ref: '#/$defs/taskContainer' } }
  propertiesOf(defaults).container = { $ref: '#/$defs/container' }
  const list = { type: 'array', minItems: 1, items: { $ref: '#/$defs/task' } } as const
  return {
    $schema: DRAFT,
    title: 'Task file of acode-task-container',
    anyOf: [
      { ...file, properties: { defaults, tasks: list }, patternProperties: { '^x-': {} } },
      { description: 'The list of tasks alone.', ...list },
    ],
    $defs: {
      task: {
        anyOf: [
          {
            type: 'object',
            properties: { ...payload, ...around },
            required: ['id'],
            additionalProperties: false,
          },
          {
            description: 'A task payload.',
            type: 'object',
            properties: { ...around, task: { type: 'object', properties: payload, required: ['id'] } },
            required: ['task'],
          },
        ],
      },
      container,
      taskContainer: { anyOf: [orExpression(container), { type: 'null' }] },
    },
  }
}

/** The schema with an expression allowed in place of each text that has to have a form. */
function orExpression<S>(schema: S): S {
  return JSON.parse(JSON.stringify(schema), (key, value) => {
    const isFormed = value?.type === 'string' && (value.pattern !== undefined || value.enum !== undefined)
    return isFormed && key !== 'propertyNames' ? { anyOf: [value, EXPRESSION] } : value
  })
}

function containerDefinition(): Schema {
  const schema = plain(z.toJSONSchema(containerSchema, { io: 'input' }))
  const defaults: Record<string, unknown> = containerSchema.parse({})
  const properties = propertiesOf(schema)
  for (const [name, description] of Object.entries(CONTAINER_FIELDS)) {
    const { default: _, ...own } = properties[name] ?? {}
    const fallback = defaults[name]
    properties[name] = {
      description,
      ...(CONTAINER_OVERRIDES[name] ?? own),
      ...(isJson(fallback) && { default: fallback }),
    }
  }
  const limits = propertiesOf(properties.resources)
  const limitDefaults: Record<string, unknown> = containerSchema.parse({}).resources
  for (const [name, own] of Object.entries(RESOURCE_OVERRIDES)) {
    const fallback = limitDefaults[name]
    limits[name] = { ...own, ...(isJson(fallback) && { default: fallback }) }
  }
  const names = properties.labels?.propertyNames
  if (typeof names === 'object') names.pattern = '^(?!acode\\.)'
  const { $schema: _, ...definition } = schema
  return {
    ...definition,
    allOf: [{ not: { required: ['run', 'command'] } }, { not: { required: ['image', 'toolchain'] } }],
  }
}

/** The record, `metadata/run.json`. */
export function runSchema(): Schema {
  const schema = plain(z.toJSONSchema(runRecordSchema, { io: 'output' }))
  for (const [path, description] of Object.entries(RECORD_FIELDS)) {
    const field = fieldAt(schema, path.split('.'))
    if (field === undefined) throw new Error(`the record has no field ${path}`)
    field.description = description
  }
  return { ...schema, title: 'Record of one run of acode-task-container' }
}

function fieldAt(schema: Schema | undefined, [name, ...rest]: readonly string[]): Schema | undefined {
  if (name === undefined) return schema
  return fieldAt(propertiesOf(schema)[name], rest)
}

/** The properties of an object, or of the object in an "object or null"; changing them changes the schema. */
function propertiesOf(schema: z.core.JSONSchema._JSONSchema | undefined): Properties {
  if (typeof schema !== 'object') return {}
  const found =
    schema.properties ?? schema.anyOf?.map(propertiesOf).find((one) => Object.keys(one).length > 0)
  return (found ?? {}) as Properties
}

/** Without what is noise to a reader: the bounds of JavaScript's numbers, and dates as regular expressions. */
function plain(schema: Schema): Schema {
  const text = JSON.stringify(schema, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    const noise = Object.entries(value).filter(
      ([key, one]) =>
        (/^(max|min)imum$/.test(key) && Math.abs(Number(one)) === Number.MAX_SAFE_INTEGER) ||
        (key === 'pattern' && 'format' in value),
    )
    return Object.fromEntries(Object.entries(value).filter(([key]) => !noise.some(([name]) => name === key)))
  })
  return JSON.parse(text)
}

type Json = NonNullable<Schema['default']>
const isJson = (value: unknown): value is Json => value !== undefined && value !== null

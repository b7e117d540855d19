import { z } from 'zod'
import { taskFileSchema } from '../../src/plan/file/schema.ts'
import { runRecordSchema } from '../../src/record/run-record.ts'
import { payloadSchema } from '../../src/task/contract.ts'
import { containerDefinition, describeParts } from './container-schema.ts'
import { RECORD_FIELDS, RECORD_ITEMS } from './record.ts'
import {
  itemsOf,
  joined,
  noted,
  type Properties,
  partsOf,
  plain,
  propertiesOf,
  rewritten,
  type Schema,
} from './schema-shape.ts'
import { FILE_EXAMPLES, NESTED_FILE_FIELDS } from './task-examples.ts'
import { FILE_FIELDS } from './task-fields.ts'

const DRAFT = 'https://json-schema.org/draft/2020-12/schema'

/** The payload of the input `task`, in its three forms. */
export function taskSchema(): Schema {
  const { requiredCapabilities = {}, task = {} } = propertiesOf(
    z.toJSONSchema(payloadSchema, { io: 'input' }),
  )
  const { id = {} } = propertiesOf(task)
  const outer = { requiredCapabilities: fileField('requiredCapabilities', requiredCapabilities) }
  const inner = { id: fileField('id', id), container: containerReference('#/$defs/container') }
  return finished('task.schema.json', 'Task payload of acode-task-container', {
    description: 'A payload with task, the container object under its key, or the container object alone.',
    type: 'object',
    if: { type: 'object', required: ['task'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { ...outer, task: wrapped(inner) } },
    else: {
      if: { type: 'object', required: ['container'] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { properties: { ...outer, ...inner } },
      else: { $ref: '#/$defs/container', minProperties: 1 },
    },
    $defs: { container: containerDefinition() },
  })
}

/** The task file, for editors. */
export function tasksSchema(): Schema {
  const container = containerDefinition()
  const { $schema: _, ...file } = plain(z.toJSONSchema(taskFileSchema, { io: 'input' }))
  const { defaults = {}, tasks = {} } = propertiesOf(file)
  const fields = fileFields(propertiesOf(itemsOf(tasks)))
  const { id = {}, strategy = {}, container: __, ...shared } = fields
  const around = { ...orExpression(shared), strategy }
  const payload = { id: orExpression(id), container: containerReference('#/$defs/taskContainer') }
  defaults.properties = {
    ...fileFields(propertiesOf(defaults)),
    container: containerReference('#/$defs/container'),
  }
  const common = {
    description: 'What counts for all tasks that say nothing else.',
    default: {},
    examples: [{ container: { timeout: '15m', resources: { memory: '2g' } } }],
  }
  const list = { minItems: 1, items: { $ref: '#/$defs/task' } }
  const listed = { description: 'The tasks.', examples: [[payloadExample()]] }
  return finished('tasks.schema.json', 'Task file of acode-task-container', {
    ...file,
    description: 'A map with tasks and their defaults, or the list of tasks alone.',
    type: ['object', 'array'],
    properties: { defaults: noted(defaults, common), tasks: noted({ type: 'array', ...list }, listed) },
    patternProperties: { '^x-': { description: 'Free for anchors.' } },
    ...list,
    $defs: {
      task: {
        description: 'A task, or a whole task payload.',
        type: 'object',
        if: { type: 'object', required: ['task'] },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: {
          properties: {
            ...around,
            task: { ...wrapped(payload), required: ['id'] },
          },
        },
        else: { properties: { ...payload, ...around }, required: ['id'], additionalProperties: false },
      },
      container,
      taskContainer: { ...orExpression(container), type: ['object', 'null'] },
    },
  })
}

/** The record, `metadata/run.json`. */
export function runSchema(): Schema {
  const schema = plain(z.toJSONSchema(runRecordSchema, { io: 'output' }))
  for (const [path, description] of Object.entries({ ...RECORD_FIELDS, ...RECORD_ITEMS })) {
    const field = fieldAt(schema, path.split('.'))
    if (field === undefined) throw new Error(`the record has no field ${path}`)
    field.description = description
  }
  return finished('run.schema.json', 'Record of one run of acode-task-container', schema)
}

const payloadExample = () => ({ id: 'unit', container: { toolchain: 'node@22', run: 'npm ci && npm test' } })

/** The fields of a task in a file, or of its defaults, each with its meaning and an example. */
function fileFields(fields: Properties): Properties {
  const noted = Object.entries(joined(fields)).map(([name, schema]) => {
    describeParts(partsOf(schema), NESTED_FILE_FIELDS[name] ?? {})
    return [name, isFileField(name) ? fileField(name, schema) : schema] as const
  })
  return Object.fromEntries(noted)
}

const fileField = (name: keyof typeof FILE_FIELDS, schema: Schema): Schema =>
  noted(schema, { description: FILE_FIELDS[name], examples: [FILE_EXAMPLES[name]] })

const isFileField = (name: string): name is keyof typeof FILE_FIELDS => Object.hasOwn(FILE_FIELDS, name)

const wrapped = (properties: Properties): Schema =>
  noted(
    { type: 'object', properties },
    { description: 'The task: its id and its container.', examples: [payloadExample()] },
  )

const containerReference = ($ref: string): Schema => ({
  description: 'What runs, and in which container.',
  examples: [payloadExample().container],
  $ref,
})

/** The schema with an expression allowed in place of each text that has to have a form: it is filled in before it is looked at. */
function orExpression<S>(schema: S): S {
  return rewritten(schema, (value, key) => {
    if (key === 'propertyNames') return value
    if (typeof value.pattern === 'string') return { ...value, pattern: `${value.pattern}|${EXPRESSION}` }
    if (!Array.isArray(value.enum)) return value
    const { type: _, enum: values, ...around } = value
    return {
      ...around,
      anyOf: [
        { type: 'string', enum: values },
        { type: 'string', pattern: EXPRESSION },
      ],
    }
  })
}

const EXPRESSION = '\\$\\{\\{\\s*matrix\\.'

/** What an editor says where the text of a field does not fit its pattern, by the name of the field. */
const PATTERN_MESSAGES: Readonly<Record<string, string>> = {
  artifactsSubdir: 'This has to be a relative path of letters, digits, _ . -',
  id: 'A name has no line breaks and control characters.',
  image: 'This is no image reference, such as node:22 or ghcr.io/acme/unit:3.',
  items: 'A capability has no blanks and commas in its name.',
  name: 'This is no volume name (letters, digits, _ . -).',
  network: 'This has to be the name of a network.',
  platform: 'This is no platform, such as linux/arm64.',
  buildCache: 'This has to be local, none, gha, or registry= and the name of an image.',
  buildTarget: 'This is no name of a stage, such as test.',
  propertyNames: 'This is no name of a variable (letters, digits, _).',
  target: 'This has to be an absolute path in the container.',
  user: 'This has to be runner, image, uid[:gid], or a name of the image.',
  workspacePath: 'This has to be an absolute path in the container.',
}

/** Each pattern with words for it: an editor shows the pattern itself otherwise. */
const explained = (schema: Schema): Schema =>
  rewritten(schema, (value, key) => {
    const message = PATTERN_MESSAGES[key]
    return typeof value.pattern === 'string' && message && !value.patternErrorMessage
      ? { ...value, patternErrorMessage: message }
      : value
  })

const finished = ($id: string, title: string, schema: Schema): Schema => {
  const { $schema: _, ...own } = explained(joined(schema))
  return { $schema: DRAFT, $id, title, ...own }
}

function fieldAt(schema: Schema | undefined, [name, ...rest]: readonly string[]): Schema | undefined {
  if (name === undefined) return schema
  return fieldAt(partsOf(schema)[name], rest)
}

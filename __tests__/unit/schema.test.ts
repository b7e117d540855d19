import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { TaskDocument } from '../../src/plan/file/document.ts'
import { Faults } from '../../src/plan/file/faults.ts'
import { readTaskFile } from '../../src/plan/file/task-file.ts'
import { newRecord } from '../../src/record/new-record.ts'
import { inputsSchema } from '../../src/task/inputs.ts'
import { readTask } from '../../src/task/read-task.ts'
import { kindOf, SNIPPETS, snippetsWith } from '../support/snippets.ts'
import { filesOf, inline, sourceOf } from './plan/files.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

function validator(name: string) {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictTypes: false, strictRequired: false })
  // What editors say in place of a pattern; validators pass over it.
  ajv.addVocabulary(['patternErrorMessage', 'errorMessage'])
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
  const validate = ajv.compile(JSON.parse(readFileSync(path.join(ROOT, 'schema', name), 'utf8')))
  return (value: unknown): string[] =>
    validate(value) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`)
}

/** What the action itself says of a payload: null when it takes it. */
async function refusal(payload: unknown): Promise<string | null> {
  const none = Object.fromEntries(inputsSchema.keyof().options.map((name) => [name, '']))
  const inputs = await inputsSchema.parseAsync({ ...none, task: JSON.stringify(payload) })
  try {
    readTask(inputs, [])
    return null
  } catch (error) {
    return String(error)
  }
}

const canonical = `
requiredCapabilities: [gpu]
task:
  id: unit-dotnet
  container:
    enabled: true
    image: mcr.microsoft.com/dotnet/sdk:8.0
    command: [dotnet, test]
    workdir: src
    env: { DOTNET_CLI_TELEMETRY_OPTOUT: "1" }
    artifactsSubdir: container
    timeoutSeconds: 3600
    resources: { cpus: 2, memory: 4g, pids: 512 }
    pull: if-missing
    cacheVolumes: [{ name: nuget, target: /home/app/.nuget/packages }]
    mounts: [{ source: data, target: /data, readOnly: true }]
    labels: { team: build }
`
const inContainer = (fields: string) => `{ image: 'a:1', run: 'true', ${fields} }`

describe.each(['task.schema.json', 'tasks.schema.json', 'run.schema.json'])('schema/%s (SEE-4)', (name) => {
  const schema: unknown = JSON.parse(readFileSync(path.join(ROOT, 'schema', name), 'utf8'))

  test('has its own name', () => expect(schema).toMatchObject({ $id: name }))

  test('says of each field what it means, and in a task how it is written', () => {
    const fields = fieldsOf(schema)
    expect(fields.length).toBeGreaterThan(40)
    const silent = fields.filter(([, field]) => !('description' in field))
    const bare = fields.filter(([, field]) => name !== 'run.schema.json' && !('examples' in field))
    expect([...silent, ...bare].map(([field]) => field)).toEqual([])
  })

  test('has words for each pattern that an editor would show', () => {
    const isExpression = (pattern: unknown) => String(pattern).startsWith('\\$')
    const wordless = mapsIn(schema).filter(
      (one) => 'pattern' in one && !('patternErrorMessage' in one) && !isExpression(one.pattern),
    )
    expect(name === 'run.schema.json' ? [] : wordless).toEqual([])
  })
})

/** All maps within a value, from the outermost. */
const mapsIn = (value: unknown): object[] =>
  isMap(value) ? [value, ...Object.values(value).flatMap(mapsIn)] : []

/** All fields of a schema by their paths. */
function fieldsOf(value: unknown, at = ''): [string, object][] {
  if (typeof value !== 'object' || value === null) return []
  const own = 'properties' in value && isMap(value.properties) ? Object.entries(value.properties) : []
  const described = own.filter((field): field is [string, object] => isMap(field[1]))
  return [
    ...described.map(([name, field]): [string, object] => [`${at}.${name}`, field]),
    ...Object.entries(value).flatMap(([key, below]) => fieldsOf(below, `${at}/${key}`)),
  ]
}

const isMap = (value: unknown): value is object => typeof value === 'object' && value !== null

describe('schema/task.schema.json (RUN-1)', () => {
  const errors = validator('task.schema.json')

  test.each([
    ['the canonical form', canonical],
    ['the container under its key', 'container: { toolchain: node@22, run: npm test }'],
    ['the container under its key, with an id', 'id: unit\ncontainer: { toolchain: node@22, run: npm test }'],
    ['the container alone', '{ image: busybox, command: ["true"] }'],
    ['a container that is switched off', 'task: { container: { enabled: false } }'],
    ['a task without a container', 'task: { id: 7, owner: someone else }'],
    ['unknown keys outside of the container', `{ other: 1, task: { more: 2 }, requiredCapabilities: [] }`],
    ['durations', inContainer('timeoutSeconds: 30m, stopGraceSeconds: 0')],
    ['sizes', inContainer('shmSize: 1g, resources: { memory: 512MiB }')],
    ['numbers as texts', inContainer('resources: { cpus: "0.5", pids: "64" }')],
    ['values that are no texts', inContainer('env: { A: 1, B: true, C: c }, labels: { n: 1 }')],
    ['an entrypoint in one word', inContainer('entrypoint: /init')],
    ['an entrypoint as a list', inContainer('entrypoint: [/init, --]')],
  ])('takes %s, as the action does', async (_, yaml) => {
    const payload: unknown = parse(yaml)
    expect(errors(payload)).toEqual([])
    expect(await refusal(payload)).toBeNull()
  })

  test.each(SNIPPETS.filter((one) => kindOf(one) === 'payload'))(
    'takes the payload of $path, as the action does',
    async ({ value }) => {
      expect(errors(value)).toEqual([])
      expect(await refusal(value)).toBeNull()
    },
  )

  test.each([
    ['an unknown key of the container', inContainer('imgae: b')],
    ['an unknown key under container:', `container: ${inContainer('imgae: b')}`],
    ['an unknown key in the canonical form', `task: { container: ${inContainer('cpus: 2')} }`],
    ['an unknown limit', inContainer('resources: { disk: 1g }')],
    ['a command in one text', '{ image: "a:1", command: npm test }'],
    ['an empty command', '{ image: "a:1", command: [] }'],
    ['run and command', inContainer('command: ["true"]')],
    ['image and toolchain', inContainer('toolchain: node')],
    ['another word for pull', inContainer('pull: sometimes')],
    ['an image that is none', '{ image: "--privileged", run: "true" }'],
    ['a timeout of no unit', inContainer('timeoutSeconds: 5 minutes')],
    ['a timeout of nothing', inContainer('timeoutSeconds: 0')],
    ['too little memory', inContainer('resources: { memory: 1000 }')],
    ['a relative target', inContainer('cacheVolumes: [{ name: aa, target: cache }]')],
    ['a variable without a name', inContainer('env: { "A B": 1 }')],
    ['a label of ours', inContainer('labels: { acode.owner: me }')],
    ['a user with a sign', inContainer('user: "+0"')],
    ['a list', '[]'],
    ['nothing', '{}'],
  ])('refuses %s, as the action does', async (_, yaml) => {
    const payload: unknown = parse(yaml)
    expect(errors(payload)).not.toEqual([])
    expect(await refusal(payload)).toContain('TaskError')
  })
})

describe('schema/tasks.schema.json (ACT-4)', () => {
  const errors = validator('tasks.schema.json')
  const read = async (kind: 'good' | 'bad', file: string): Promise<unknown> =>
    new TaskDocument((await sourceOf(kind, file)).text, new Faults()).value

  test.each(filesOf('good'))('takes %s, as the plan does', async (file) => {
    expect(errors(await read('good', file))).toEqual([])
  })

  test.each(snippetsWith('tasks'))('takes the task file of $path, as the plan does', ({ text, value }) => {
    expect(errors(value)).toEqual([])
    expect(readTaskFile(inline(text))).not.toEqual([])
  })

  test.each(['examples/tasks.yml', '.github/tasks.yml'])('takes %s, which names it to editors', (file) => {
    const text = readFileSync(path.join(ROOT, file), 'utf8')
    expect(errors(parse(text))).toEqual([])
    expect(readTaskFile(inline(text))).not.toEqual([])
    expect(text).toMatch(/^# yaml-language-server: \$schema=\S+tasks\.schema\.json$/m)
  })

  /** What no schema can see: texts that are none, and ids that are no one task's own. */
  const beyond = ['latin1.yml', 'utf16.yml', 'duplicate-id.yml', 'same-name.yml', 'strategy-ids.yml']
  const meaningless = ['syntax', 'tab', 'no-anchor', 'merge-of-text', 'laughs', 'prototype', 'two-documents']
  const unreadable = [...meaningless, 'flow-expression'].map((name) => `${name}.yml`)
  const expressible = filesOf('bad').filter((file) => ![...beyond, ...unreadable].includes(file))

  test.each(expressible)('refuses %s, as the plan does', async (file) => {
    expect(errors(await read('bad', file))).not.toEqual([])
  })

  test.each(unreadable)('is not asked about %s, which has no value', async (file) => {
    expect(await read('bad', file)).toBeUndefined()
  })
})

describe('schema/run.schema.json (RUN-8)', () => {
  const errors = validator('run.schema.json')
  const identity = { session: 's1', task: 'unit', container: 'acode-s1-unit' }
  const record = newRecord(identity, {}, '0.1.0', new Date())

  test('takes a record at its start and at its end', () => {
    expect(errors(record)).toEqual([])
    const limits = { cpus: 0.5, memoryBytes: 2 ** 30, pids: 4096 }
    const finished = {
      ...record,
      status: 'failed',
      exitCode: 137,
      signal: 'SIGKILL',
      error: null,
      finishedAt: new Date().toISOString(),
      durationSeconds: 1.5,
      phases: { prepare: 12, run: 3 },
      container: { ...record.container, limits },
      cleanup: { ...record.cleanup, kept: [{ name: 'acode-s2-unit', reason: 'its owner is on host b' }] },
      artifacts: ['report.txt'],
    }
    expect(errors(finished)).toEqual([])
  })

  test.each([
    ['another version', { schemaVersion: 2 }],
    ['another status', { status: 'green' }],
    ['another code', { error: { code: 'ACODE-CTN-999', message: '' } }],
    ['another phase', { phases: { sleep: 1 } }],
    ['a date that is none', { startedAt: 'today' }],
    ['a field too many', { secrets: {} }],
    ['a field too few', { status: undefined }],
  ])('refuses %s', (_, change) => {
    expect(errors(JSON.parse(JSON.stringify({ ...record, ...change })))).not.toEqual([])
  })
})

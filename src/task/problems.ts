import { closest, distance } from 'fastest-levenshtein'
import type { z } from 'zod'
import { jointError, sentence, TaskError } from '../errors.ts'

/** One thing that is wrong with a task: which field, what is wrong, and (in the same sentence) what to write. */
export interface Problem {
  readonly field: string
  readonly message: string
}

/** A problem of a field in a structure, at its path there. */
export interface FieldProblem extends Problem {
  readonly path: readonly PropertyKey[]
  /** True when it is the key that is wrong, and not what stands behind it. */
  readonly unknownKey: boolean
}

/** How to write each field right; shown behind what is wrong with it. */
const EXAMPLES: Record<string, string> = {
  id: 'a name, e.g. id: unit',
  command: 'a list of strings, e.g. command: [npm, test]; for a shell line use run: npm test',
  run: 'a script, e.g. run: npm ci && npm test',
  env: 'a map of names to values, e.g. env: { CI: "true" }',
  entrypoint: 'one executable, or a list of strings',
  resources: 'e.g. resources: { cpus: 2, memory: 4g, pids: 512 }',
  cpus: 'a number, e.g. 2 or 0.5',
  memory: 'a size, e.g. 512m or 4g',
  pids: 'a whole number, e.g. 512',
  timeout: 'seconds or a duration, e.g. 90s, 30m or 2h',
  timeoutSeconds: 'seconds or a duration, e.g. 90s, 30m or 2h',
  egress: 'e.g. egress: [npm, api.example.com]',
  mounts: 'e.g. mounts: [{ source: data, target: /data, readOnly: true }]',
  cacheVolumes: 'e.g. cacheVolumes: [{ name: nuget, target: /home/app/.nuget/packages }]',
  cache: 'auto, or absolute paths, e.g. cache: [/opt/models]',
  cacheKey: 'e.g. cacheKey: [deps-3, deps-]',
  engineVolumes: 'e.g. engineVolumes: [{ name: models, target: /models, readOnly: true }]',
  labels: 'a map of names to values, e.g. labels: { team: build }',
  services: 'a map of names to services, e.g. services: { db: { image: postgres:17 } }',
  health: 'e.g. health: { cmd: pg_isready -U postgres, interval: 1s, retries: 30 }',
  ready: 'e.g. ready: { port: 5432, timeout: 60s }',
  tmpfs: 'a list of paths, e.g. tmpfs: [/var/lib/postgresql/data]',
  secrets: 'a list of names of the input secrets, e.g. secrets: [DB_PASSWORD]',
  retry: 'e.g. retry: { max: 2, on: [pull, engine, exit:75] }',
  image: 'an image reference, e.g. node:22 or ghcr.io/acme/unit:3',
  enabled: 'true or false',
  requiredCapabilities: 'a list of strings, e.g. requiredCapabilities: [gpu]',
  artifacts: 'a list of globs, e.g. artifacts: [coverage/**]',
  runsOn: 'a label or a list of labels, e.g. runsOn: [self-hosted, gpu]',
  paths: 'a list of globs, e.g. paths: ["src/**"]',
  strategy: 'lists of values, e.g. strategy: { version: [20, 22] }',
}

/** How to write the input of a field, where that differs: an input is a text, and GitHub refuses YAML lists and maps. */
const INPUT_EXAMPLES: Record<string, string> = {
  command: `a command line, or a list in one text, e.g. command: npm test, or command: '["npm", "test"]'`,
  entrypoint: `one executable, or a list in one text, e.g. entrypoint: '["sh", "-c"]'`,
  env: 'lines KEY=VALUE, e.g. env: CI=true',
  labels: 'lines key=value, e.g. labels: team=build',
  egress: 'lines of hosts and presets, e.g. egress: npm',
  mounts: 'lines source:target[:ro], e.g. mounts: data:/data:ro',
  cacheVolumes: 'lines name:target, e.g. cache-volumes: nuget:/home/app/.nuget/packages',
  cache: 'auto, or lines of absolute paths, e.g. cache: /opt/models',
  cacheKey: 'a key, and lines of what others may begin with, e.g. cache-key: deps-3',
  engineVolumes: 'lines name:target[:ro], e.g. engine-volumes: models:/models:ro',
  artifacts: 'globs, one a line, e.g. artifacts: coverage/**',
}

/** True for the name of a field that an input gave, or would give. */
const isInput = (name: string): boolean => name.startsWith('input ')

/** Turns what zod found into problems that name the field, the value's type, and the fix. */
export function problemsOf(
  error: z.ZodError,
  value: unknown,
  nameOf: (path: readonly PropertyKey[]) => string,
  validKeys: (path: readonly PropertyKey[]) => readonly string[],
): FieldProblem[] {
  return error.issues.flatMap((issue): FieldProblem[] => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        field: nameOf([...issue.path, key]),
        message: unknownKey(key, validKeys(issue.path)),
        path: [...issue.path, key],
        unknownKey: true,
      }))
    const field = nameOf(issue.path)
    const message = describe(issue, at(value, issue.path), isInput(field))
    return [{ field, message, path: issue.path, unknownKey: false }]
  })
}

/** Says that a key is unknown and which valid one is nearest. */
export function unknownKey(key: string, valid: readonly string[]): string {
  const near = nearest(key, valid)
  return near ? `is unknown; did you mean ${near}?` : `is unknown; valid are ${valid.join(', ')}`
}

/** The valid name that was likely meant: a slip of the pen first, then a part of the name (`subdir` of artifactsSubdir), then what is not too far off. */
export function nearest(key: string, valid: readonly string[]): string | undefined {
  if (valid.length === 0) return undefined
  const written = key.toLowerCase()
  const close = closest(key, [...valid])
  const slips = distance(written, close.toLowerCase())
  // Not a character in common.
  if (slips >= Math.max(written.length, close.length)) return undefined
  if (slips <= 2) return close
  const part = valid.find((one) => {
    const [short, long] = [written, one.toLowerCase()].sort((a, b) => a.length - b.length)
    return short !== undefined && short.length >= 3 && long?.includes(short)
  })
  return part ?? (slips <= 1 + close.length / 2 ? close : undefined)
}

/**
 * Throws all problems as one error, so that a task is mended in one go.
 * @param refusals what is wrong with a task beyond its fields, each a whole sentence
 * @throws TaskError ACODE-CTN-006, ACODE-CTN-011 when a refusal has that
 */
export function failOn(
  problems: readonly Problem[],
  what = 'Invalid task',
  refusals: readonly TaskError[] = [],
): void {
  if (problems.length === 0 && refusals.length === 0) return
  if (problems.length === 0) throw jointError(refusals, 'The task has')
  const lines = problems.map((problem) => `${problem.field} ${problem.message}`)
  const [only, ...others] = [...lines, ...refusals.map(({ message }) => message)]
  const text =
    others.length === 0
      ? `${what}: ${sentence(only ?? '')}`
      : `${what}, ${1 + others.length} problems:\n${[only, ...others].map((line) => `  - ${line}`).join('\n')}`
  throw new TaskError(refusals.find(({ code }) => code === 'ACODE-CTN-011')?.code ?? 'ACODE-CTN-006', text)
}

function describe(issue: z.core.$ZodIssue, value: unknown, asInput: boolean): string {
  const field = String(issue.path.findLast((part) => typeof part === 'string') ?? '')
  const examples = asInput ? { ...EXAMPLES, ...INPUT_EXAMPLES } : EXAMPLES
  const wanted = Object.hasOwn(examples, field) ? `; write ${examples[field]}` : ''
  // A variable's value may be a secret, whatever is wrong with it.
  const got = `got ${typeName(value)}${issue.path.includes('env') ? '' : preview(value)}`
  if (issue.code === 'custom' || issue.code === 'invalid_format') return `${issue.message}: ${got}${wanted}`
  if (issue.code === 'invalid_value') return `has to be one of ${issue.values.join(', ')}: ${got}`
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message
  if (/^invalid_(type|union)$/.test(issue.code) && !issue.message.startsWith('Invalid'))
    return `${issue.message}: ${got}`
  if (issue.code === 'invalid_type') return `has to be ${article(issue.expected)}: ${got}${wanted}`
  if (issue.code === 'invalid_union') return `has the wrong type: ${got}${wanted}`
  return `${issue.message}: ${got}${wanted}`
}

const article = (type: string): string =>
  ({ array: 'a list', record: 'a map', object: 'a map', boolean: 'true or false' })[type] ?? `a ${type}`

function typeName(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map'
  return `a ${typeof value}`
}

/** The value itself where it is short and plain. Maps and lists may hold what should not be in a log. */
function preview(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return ` (${value})`
  if (typeof value === 'string' && value.length <= 60) return ` (${JSON.stringify(value)})`
  return ''
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (part, key) => (typeof part === 'object' && part !== null ? Reflect.get(part, key) : undefined),
    value,
  )
}

import { z } from 'zod'
import { parseKeyValues } from '../formats/key-values.ts'
import { QuotingError, shellWords } from '../formats/shell-words.ts'
import { parseStructured } from '../formats/structured-text.ts'
import { readEnvLines } from './env-lines.ts'
import {
  attempt,
  choice,
  days,
  duration,
  flag,
  lines,
  optionalText,
  problem,
  readAll,
  structured,
  words,
} from './input-kinds.ts'
import type { Problem } from './problems.ts'
import { registryLines } from './registries.ts'
import { retryFields } from './retry.ts'

const keyValues = (read: (text: string) => ReadonlyMap<string, string>) =>
  z.string().transform(async (value, context) => {
    if (value.trim() === '') return undefined
    return attempt(context, () => Object.fromEntries(read(value)))
  })

/** What JSON has of secrets. Its parser's own words would quote them. */
function jsonSecrets(value: string): Record<string, string> | null {
  try {
    return z.record(z.string(), z.string()).safeParse(JSON.parse(value)).data ?? null
  } catch {
    return null
  }
}

/**
 * Lines `KEY=VALUE`, or a JSON map in one line: GitHub makes each line of a secret a mask, and what holds one is
 * struck out of all that the job says and hands on. Each is a file of that name in the container: a name that is a
 * path would be written elsewhere.
 */
const secretFiles = z.string().transform(async (value, context) => {
  if (value.trim() === '') return undefined
  const secrets = value.trimStart().startsWith('{')
    ? (jsonSecrets(value) ?? problem(context, 'is no JSON map of names to texts'))
    : await attempt(context, () => Object.fromEntries(parseKeyValues(value, { keepsLastNewline: true })))
  if (Object.keys(secrets ?? {}).every((name) => /^\w[\w.-]*$/.test(name))) return secrets
  return problem(context, 'has a KEY that is no file name (letters, digits, _ . -)')
})

const mountLines = z.string().transform((value, context) => {
  if (value.trim() === '') return undefined
  return value.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '') return []
    const match = /^([^:]+):(\/[^:]*)(?::(ro|rw))?$/.exec(line.trim())
    if (match?.[1] && match[2]) return [{ source: match[1], target: match[2], readOnly: match[3] === 'ro' }]
    return problem(context, `line ${index + 1} is no source:target[:ro]`) ?? []
  })
})

const cacheLines = z.string().transform((value, context) => {
  if (value.trim() === '') return undefined
  return value.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '') return []
    const match = /^([^:]+):(\/.*)$/.exec(line.trim())
    if (match?.[1] && match[2]) return [{ name: match[1], target: match[2] }]
    return problem(context, `line ${index + 1} is no name:target`) ?? []
  })
})

/** `auto`, or lines of paths. */
const cachePaths = lines.transform((all) => (all?.length === 1 && all[0] === 'auto' ? 'auto' : all))

const volumeLines = mountLines.transform((mounts) =>
  mounts?.map(({ source, ...mount }) => ({ name: source, ...mount })),
)

/** A list, or a command line. What begins as a list or map of YAML or JSON is read as one. */
const commandLine = z.string().transform((value, context) => {
  if (value === '') return undefined
  const isStructured = /^\s*([[{]|-\s)/.test(value)
  return attempt<unknown>(context, () => (isStructured ? parseStructured(value) : splitCommandLine(value)))
})

/** Every input of `./`, as the runner hands it over: text, empty when the workflow says nothing. */
export const inputsSchema = z.object({
  task: structured,
  'task-id': optionalText,
  'session-id': optionalText,
  image: optionalText,
  toolchain: optionalText,
  'toolchains-file': optionalText,
  build: optionalText,
  dockerfile: optionalText,
  'build-target': optionalText,
  'build-args': keyValues((lines) => parseKeyValues(lines)),
  'build-cache': optionalText,
  'build-secrets': secretFiles,
  check: flag,
  setup: z.string().transform((value) => (value.trim() === '' ? undefined : value)),
  'setup-files': lines,
  run: z.string().transform((value) => (value.trim() === '' ? undefined : value)),
  shell: optionalText,
  command: commandLine,
  entrypoint: z.string().transform((value, context) => {
    if (value === '') return undefined
    return value.startsWith('[') ? attempt(context, () => parseStructured(value)) : value
  }),
  'working-directory': optionalText,
  env: keyValues((lines) => readEnvLines(lines, process.env).values),
  secrets: secretFiles,
  mounts: mountLines,
  'cache-volumes': cacheLines,
  cache: cachePaths,
  'cache-key': lines,
  'cache-max': optionalText,
  'engine-volumes': volumeLines,
  labels: keyValues((lines) => parseKeyValues(lines)),
  // One word stays one: what is wrong with it is then said of it.
  pull: words.transform((all) => (all.length > 1 ? all : all[0])),
  registries: registryLines,
  'allowed-images': lines,
  'require-digest': flag,
  platform: optionalText,
  gpus: optionalText,
  runtime: optionalText,
  'shm-size': optionalText,
  cpus: optionalText,
  memory: optionalText,
  'pids-limit': optionalText,
  network: optionalText,
  egress: z.string().transform((value) => (value.trim() === '' ? undefined : value)),
  proxy: optionalText,
  user: optionalText,
  init: flag,
  profile: optionalText,
  'read-only': flag,
  options: optionalText,
  workspace: optionalText,
  'workspace-path': optionalText,
  'workspace-uncommitted': flag,
  changes: optionalText,
  'include-ignored': lines,
  'repository-path': optionalText,
  artifacts: lines,
  reports: lines,
  'collect-timeout': duration,
  'collect-max-bytes': optionalText,
  'collect-max-files': optionalText,
  'collect-max-depth': optionalText,
  timeout: duration,
  'stop-grace': duration,
  'workflow-commands': optionalText,
  'export-env': flag,
  'on-cancel': optionalText,
  'allow-failure': flag,
  retry: structured.transform((value) => (value === undefined ? undefined : retryFields(value))),
  'max-containers': optionalText,
  services: structured,
  guard: flag,
  capabilities: words,
  'keep-failed': flag,
  'cleanup-age-days': days,
  summary: choice('always', 'on-failure', 'never'),
  upload: choice('always', 'on-failure', 'never'),
  'artifact-name': optionalText,
  'retention-days': days,
  matrix: structured,
  'job-index': optionalText,
  'check-run-id': optionalText,
  'job-network': optionalText,
  'job-status': optionalText,
  'workflow-ref': optionalText,
  'workflow-sha': optionalText,
})

/** The inputs as values; `undefined` where the workflow says nothing. */
export type Inputs = z.output<typeof inputsSchema>
/** The name of an input. */
export type InputName = keyof Inputs

/** Reads all inputs, and reports all that is wrong with them. A broken input counts as not given. */
export const readInputs = (
  read: (name: InputName) => string,
): Promise<{ inputs: Inputs; problems: Problem[] }> => readAll(inputsSchema, read)

/**
 * Splits a text into arguments as a shell does: at blanks and line ends, by quotes and backslashes. Nothing is run or
 * filled in.
 * @throws Error when a quote has no end, and when the text needs a shell
 */
export function splitCommandLine(text: string): string[] {
  try {
    return shellWords(text, true)
  } catch (error) {
    if (!(error instanceof QuotingError)) throw error
    throw new Error(`is no command line (${error.message}); use run for what needs a shell`)
  }
}

import { z } from 'zod'
import { lineFaults } from '../egress/rules.ts'
import { parseStructured } from '../formats/structured-text.ts'
import { choice, days, flag, lines, optionalText, problem, readAll, structured } from '../task/input-kinds.ts'
import { failOn } from '../task/problems.ts'
import { registryLines } from '../task/registries.ts'
import { DEFAULT_LOCK_FILE } from './lock/lock-file.ts'
import { runsOnSchema } from './runs-on.ts'

/** Where the tasks of a repository are, unless an input says otherwise. */
const DEFAULT_FILE = '.github/tasks.yml'

/** The profiles, from the one that gives a task least. */
export const PROFILES = ['strict', 'standard', 'privileged'] as const
/** One of {@link PROFILES}. */
export type Profile = (typeof PROFILES)[number]

/** Which part of the tasks a plan takes: the first of two is `{ part: 1, of: 2 }`. */
export interface Shard {
  readonly part: number
  readonly of: number
}

const RUNS_ON =
  'has to be a label, a list of labels such as [self-hosted, gpu], or { group: NAME, labels: […] } (YAML or JSON)'
/** What is more than a label begins with a sign that no label begins with, or has lines of a map. */
const isStructured = (value: string): boolean => /^[[{\-"']/.test(value) || /^(group|labels)\s*:/m.test(value)

const runsOn = z.string().transform(async (value, context) => {
  if (value === '') return undefined
  const read = isStructured(value) ? await parseStructured(value).catch(() => null) : value
  return runsOnSchema.safeParse(read).data ?? problem(context, RUNS_ON)
})

const CAPABILITY_LABELS =
  'has to map each capability to a label, a list of labels or a group, such as gpu: [self-hosted, gpu]'
const capabilityLabels = structured.transform((value, context) => {
  if (value === undefined) return {}
  const labels = z.record(z.string().regex(/^[^\s,]+$/), runsOnSchema).safeParse(value)
  return labels.data ?? problem(context, CAPABILITY_LABELS) ?? {}
})

const patterns = lines.transform((all) =>
  all
    ?.flatMap((line) => line.split(','))
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== ''),
)

const shard = z.string().transform((value, context): Shard | undefined => {
  if (value === '') return undefined
  const [, part, of] = /^(\d{1,4})\s*\/\s*(\d{1,4})$/.exec(value)?.map(Number) ?? []
  if (part !== undefined && of !== undefined && part >= 1 && part <= of) return { part, of }
  return problem(context, `has to be n/m with n from 1 to m, such as 2/4: got ${JSON.stringify(value)}`)
})

/** Lines of hosts and presets, as a task's own egress has them. */
const hosts = lines.transform((all, context) => {
  for (const { index, message } of lineFaults(all ?? []))
    problem(context, `${JSON.stringify(all?.[index])} ${message}`)
  return all
})

const count = z.string().transform((value, context) => {
  if (value === '') return undefined
  const number = Number(value)
  if (Number.isInteger(number) && number >= 1) return number
  return problem(context, `has to be a whole number from 1: got ${JSON.stringify(value)}`)
})

/** A path as git names what is in a commit. */
const isPlainPath = (path: string | undefined): boolean =>
  path === undefined ||
  (/^(?!-)[^:\0\\]+$/.test(path) && path.split('/').every((part) => !/^\.{0,2}$/.test(part)))

/** Every input of `./plan`, as the runner hands it over: text, empty when the workflow says nothing. */
export const planInputsSchema = z.object({
  file: optionalText.transform((value) => value ?? DEFAULT_FILE),
  tasks: z.string().transform((value) => (value.trim() === '' ? undefined : value)),
  'runs-on': runsOn,
  'capability-labels': capabilityLabels,
  include: patterns,
  exclude: patterns,
  'changed-only': choice('auto', 'true', 'false').transform((value) => value ?? 'auto'),
  base: optionalText.refine((value) => !value?.startsWith('-'), 'is no name of a commit'),
  shard,
  'toolchains-file': optionalText,
  'allowed-runners': lines,
  'allowed-images': lines,
  'require-digest': flag,
  'policy-file': optionalText.refine(
    isPlainPath,
    'has to be a path in the repository, such as .github/acode-policy.yml',
  ),
  lock: choice('use', 'check', 'write', 'none'),
  'lock-file': optionalText
    .transform((value) => value ?? DEFAULT_LOCK_FILE)
    .refine(isPlainPath, 'has to be a path in the repository, such as .github/images.lock'),
  registries: registryLines,
  'allowed-networks': lines,
  'allowed-mounts': lines,
  'allowed-egress': hosts,
  'highest-profile': choice(...PROFILES),
  token: optionalText,
  // Passed on to later jobs, where a slip of the pen would fail each leg, or be found when all has run.
  changes: choice('patch', 'apply', 'discard'),
  'cleanup-age-days': days,
  'retention-days': days,
  'fail-on': choice('any', 'none'),
  submodules: choice('true', 'false', 'recursive'),
  'max-parallel': count,
  'timeout-minutes': count,
  'check-run-id': optionalText,
})

/** The inputs as values; `undefined` where the workflow says nothing. */
export type PlanInputs = z.output<typeof planInputsSchema>

/**
 * Reads the inputs.
 * @throws TaskError ACODE-CTN-006 that lists all that is wrong with them
 */
export async function readPlanInputs(read: (name: keyof PlanInputs) => string): Promise<PlanInputs> {
  const { inputs, problems } = await readAll(planInputsSchema, read)
  const both = inputs.tasks !== undefined && inputs.file !== DEFAULT_FILE
  const excluding = { field: 'input tasks', message: 'and input file exclude each other; keep one' }
  failOn(both ? [...problems, excluding] : problems, 'Invalid input')
  return inputs
}

import { createHash } from 'node:crypto'
import { visible } from '../formats/printable.ts'
import { shorten } from '../formats/text.ts'

/** Who a task is: what names its container, its artifact and its labels. */
export interface Identity {
  /** Letters and digits only, so that the container's name splits back. */
  readonly session: string
  readonly task: string
  /** `acode-{session}-{task}`: a DNS label (CTN-2, CTN-13). */
  readonly container: string
}

/** What an identity is made from. Empty text: not known. */
export interface IdentitySource {
  readonly sessionId?: string | undefined
  readonly taskId?: string | undefined
  readonly repository: string
  readonly workflow: string
  readonly runId: string
  readonly runAttempt: string
  readonly job: string
  /** The runner's name of the step: two steps of one job differ in it. */
  readonly step: string
  /** The values of this matrix leg; null when the job has no matrix. */
  readonly matrix: unknown
  /** Distinguishes two calls of one reusable workflow, whose job ids and matrices are the same. */
  readonly checkRunId: string
  readonly jobIndex: string
  /** How many steps of this job were named before that are the same in all else, as those of a composite action are. */
  readonly turn?: number | undefined
}

const PREFIX = 'acode'
/** DNS labels (RFC 1123) have at most 63 characters. */
const LONGEST_NAME = 63
const LONGEST_SESSION = 24
/** A digit and 11 characters of 5 bits: 57 bits, so that a name given twice by chance is out of the question. */
const HASH_LENGTH = 12
const HASH_DIGITS = '234567'
const HASH_ALPHABET = `abcdefghijklmnopqrstuvwxyz${HASH_DIGITS}`
/** What a hash looks like: it starts with a digit, so that no word is taken for one. */
const HASH = `[${HASH_DIGITS}][${HASH_ALPHABET}]{${HASH_LENGTH - 1}}`
const HASHED_SESSION = new RegExp(`h${HASH}$`)
const HASHED_TASK = new RegExp(`(^|-)${HASH}$`)

/**
 * Names a task. Deterministic, and injective but for chance: an id that is kept letter for letter never looks
 * like one that was shortened, and what is shortened carries a hash of the whole (CTN-13).
 */
export function identify(source: IdentitySource): Identity {
  const session = source.sessionId === undefined ? defaultSession(source) : sessionName(source.sessionId)
  const task =
    source.taskId === undefined ? defaultTask(source, roomIn(session)) : taskNameIn(session, source.taskId)
  return { session, task, container: `${PREFIX}-${session}-${task}` }
}

const LONGEST_LABEL = 100

/** What people call the task: its id as they wrote it, else `job (22, ubuntu)` as GitHub names the leg's job. */
export function labelOf({ taskId, job, matrix }: IdentitySource): string {
  const values = leaves(matrix).join(', ')
  const leg = `${job || 'job'}${values === '' ? '' : ` (${values})`}`
  const given = oneLine(taskId ?? '')
  return shorten(given === '' ? oneLine(leg) : given, LONGEST_LABEL)
}

const oneLine = (text: string): string => visible(text.replace(/\s+/g, ' ').trim())

/** The name that a task id gets in the session of this name. */
export const taskNameIn = (session: string, taskId: string): string => taskName(taskId, roomIn(session))

/** How long a task's name may be. */
const roomIn = (session: string): number => LONGEST_NAME - PREFIX.length - session.length - 2

/** Reads session and task back from a container's name; null when it is not one of this action (CTN-9). */
export function splitName(container: string): { session: string; task: string } | null {
  const match = /^acode-([a-z0-9]+)-([a-z0-9-]+)$/.exec(container)
  return match?.[1] && match[2] ? { session: match[1], task: match[2] } : null
}

function defaultSession(source: IdentitySource): string {
  return sessionName(`r${source.runId || '0'}a${source.runAttempt || '1'}`)
}

function sessionName(id: string): string {
  if (/^[a-z0-9]+$/.test(id) && id.length <= LONGEST_SESSION && !HASHED_SESSION.test(id)) return id
  const kept = id
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(0, LONGEST_SESSION - HASH_LENGTH - 1)
  return `${kept}h${hash([id])}`
}

function taskName(id: string, room: number): string {
  const isLabel = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(id)
  if (isLabel && id.length <= room && !HASHED_TASK.test(id)) return id
  return hashed(id, [id], room)
}

/** Job id and matrix values for people; the hash distinguishes what they leave out. */
function defaultTask(source: IdentitySource, room: number): string {
  const { repository, workflow, runId, runAttempt, job, step, checkRunId, jobIndex, turn = 0 } = source
  const whole = [
    repository,
    workflow,
    runId,
    runAttempt,
    job,
    step,
    checkRunId,
    jobIndex,
    canonical(source.matrix),
    ...(turn === 0 ? [] : [String(turn)]),
  ]
  return hashed([job || 'job', ...scalars(source.matrix)].join('-'), whole, room)
}

function hashed(readable: string, whole: readonly string[], room: number): string {
  const slug = readable
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, room - HASH_LENGTH - 1)
    .replace(/^-+|-+$/g, '')
  return slug === '' ? hash(whole) : `${slug}-${hash(whole)}`
}

function hash(parts: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest()
  const [first = 0, ...rest] = digest.subarray(0, HASH_LENGTH)
  return `${HASH_DIGITS[first % HASH_DIGITS.length]}${rest.map((byte) => HASH_ALPHABET[byte % 32]).join('')}`
}

/** The same text for the same matrix values, in whatever order they come. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  return `{${sorted(value)
    .map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`)
    .join(',')}}`
}

const sorted = (value: object): [string, unknown][] =>
  Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))

function scalars(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(scalars)
  if (typeof value === 'object' && value !== null) return sorted(value).flatMap(([, one]) => scalars(one))
  return value === null || value === undefined ? [] : [String(value)]
}

/** The values of a matrix leg in the order of the workflow. */
function leaves(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leaves)
  return value === null || value === undefined ? [] : [String(value)]
}

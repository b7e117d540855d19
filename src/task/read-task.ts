import { TaskError } from '../errors.ts'
import { missingFields, readContainer } from './container-problems.ts'
import {
  CONTAINER_KEYS,
  type ContainerInput,
  type ContainerSpec,
  payloadSchema,
  type Task,
} from './contract.ts'
import { type Fields, isFields } from './fields.ts'
import type { InputName, Inputs } from './inputs.ts'
import { layOver } from './merge.ts'
import { failOn, type Problem, problemsOf, unknownKey } from './problems.ts'

type ResourceKey = 'cpus' | 'memory' | 'pids'
/** Where an input goes: a field of the container object, one of its limits, or elsewhere. */
type Target = { field: keyof ContainerInput } | { limit: ResourceKey } | 'elsewhere'

/** One line an input: an input that is not placed here does not compile. */
const TARGETS: Record<InputName, Target> = {
  task: 'elsewhere',
  'task-id': 'elsewhere',
  'session-id': 'elsewhere',
  image: { field: 'image' },
  toolchain: { field: 'toolchain' },
  'toolchains-file': 'elsewhere',
  build: { field: 'build' },
  dockerfile: { field: 'dockerfile' },
  'build-target': { field: 'buildTarget' },
  'build-args': { field: 'buildArgs' },
  'build-cache': { field: 'buildCache' },
  'build-secrets': 'elsewhere',
  check: { field: 'check' },
  setup: { field: 'setup' },
  'setup-files': { field: 'setupFiles' },
  run: { field: 'run' },
  shell: { field: 'shell' },
  command: { field: 'command' },
  entrypoint: { field: 'entrypoint' },
  'working-directory': { field: 'workdir' },
  env: { field: 'env' },
  secrets: 'elsewhere',
  mounts: { field: 'mounts' },
  'cache-volumes': { field: 'cacheVolumes' },
  cache: { field: 'cache' },
  'cache-key': { field: 'cacheKey' },
  'cache-max': { field: 'cacheMax' },
  'engine-volumes': { field: 'engineVolumes' },
  labels: { field: 'labels' },
  pull: { field: 'pull' },
  registries: 'elsewhere',
  'allowed-images': 'elsewhere',
  'require-digest': 'elsewhere',
  platform: { field: 'platform' },
  gpus: { field: 'gpus' },
  runtime: { field: 'runtime' },
  'shm-size': { field: 'shmSize' },
  cpus: { limit: 'cpus' },
  memory: { limit: 'memory' },
  'pids-limit': { limit: 'pids' },
  network: { field: 'network' },
  egress: { field: 'egress' },
  proxy: { field: 'proxy' },
  user: { field: 'user' },
  init: { field: 'init' },
  profile: { field: 'profile' },
  'read-only': { field: 'readOnly' },
  options: { field: 'options' },
  workspace: { field: 'workspace' },
  'workspace-path': { field: 'workspacePath' },
  'workspace-uncommitted': { field: 'workspaceUncommitted' },
  changes: { field: 'changes' },
  'include-ignored': { field: 'includeIgnored' },
  'repository-path': { field: 'repositoryPath' },
  artifacts: { field: 'artifacts' },
  reports: { field: 'reports' },
  'collect-timeout': { field: 'collectTimeoutSeconds' },
  'collect-max-bytes': { field: 'collectMaxBytes' },
  'collect-max-files': { field: 'collectMaxFiles' },
  'collect-max-depth': { field: 'collectMaxDepth' },
  timeout: { field: 'timeoutSeconds' },
  'stop-grace': { field: 'stopGraceSeconds' },
  'workflow-commands': { field: 'workflowCommands' },
  'export-env': { field: 'exportEnv' },
  'on-cancel': { field: 'onCancel' },
  'allow-failure': { field: 'allowFailure' },
  retry: { field: 'retry' },
  guard: { field: 'guard' },
  'max-containers': { field: 'maxContainers' },
  services: { field: 'services' },
  capabilities: 'elsewhere',
  'keep-failed': 'elsewhere',
  'cleanup-age-days': 'elsewhere',
  summary: 'elsewhere',
  upload: 'elsewhere',
  'artifact-name': 'elsewhere',
  'retention-days': 'elsewhere',
  matrix: 'elsewhere',
  'job-index': 'elsewhere',
  'check-run-id': 'elsewhere',
  'job-network': 'elsewhere',
  'job-status': 'elsewhere',
  'workflow-ref': 'elsewhere',
  'workflow-sha': 'elsewhere',
}

/** The input of each field that has one. */
const INPUT_OF: ReadonlyMap<string, InputName> = new Map(
  (Object.entries(TARGETS) as [InputName, Target][]).flatMap(([name, target]) =>
    target === 'elsewhere' ? [] : [[fieldOf(target), name]],
  ),
)

function fieldOf(target: Exclude<Target, 'elsewhere'>): string {
  return 'field' in target ? target.field : `resources.${target.limit}`
}

/** What is wrong with a container that is right field by field: the field's path, and what to say of it. */
type SpecCheck = (
  spec: ContainerSpec,
) => readonly { readonly path: readonly PropertyKey[]; readonly error: TaskError }[]

/**
 * The task that inputs and payload describe together, or all that is wrong with it (RUN-1, RUN-2).
 * @param known problems already found in the inputs
 * @param check what else is asked of the container
 * @throws TaskError ACODE-CTN-006, or what `check` finds
 */
export function readTask(inputs: Inputs, known: readonly Problem[], check: SpecCheck = () => []): Task {
  const given = fromInputs(inputs)
  const payload = payloadOf(inputs.task)
  const problems = [...known, ...(payload.problem ? [payload.problem] : [])]
  const isPayloadBroken = problems.some(({ field }) => field === PAYLOAD)
  const merged = merge(payload.container, given.fields)
  if (merged === undefined && inputs.task === undefined && !isPayloadBroken)
    problems.push({
      field: 'the step',
      message: 'names no image; give one of the inputs image, toolchain or task',
    })
  // Without a payload, what is missing is missing among the inputs.
  const nameOf = fieldNamer(payload.prefix, inputs.task === undefined ? INPUT_OF : given.named)
  const around = { ...payload.outer, task: { id: payload.id } }
  const outside = payloadSchema.safeParse(around)
  if (outside.error)
    problems.push(
      ...problemsOf(
        outside.error,
        around,
        (path) => path.join('.'),
        () => [],
      ),
    )
  const container = merged === undefined ? null : readContainer(merged, nameOf)
  problems.push(...(container?.problems ?? []))
  const enabled = container?.spec?.enabled ?? (isFields(merged) && merged.enabled !== false)
  // What a payload lacks that cannot be read is not known.
  if (enabled && isFields(merged) && !isPayloadBroken) problems.push(...missingFields(merged, nameOf))
  const wrong = new Set(container?.problems.map(({ path }) => path[0]))
  const found = enabled && container?.judged ? check(container.judged) : []
  const refusals = found.filter(({ path }) => !wrong.has(path[0])).map(({ error }) => error)
  failOn(problems, 'Invalid task', refusals)
  return {
    id: outside.data?.task.id,
    requiredCapabilities: outside.data?.requiredCapabilities ?? [],
    container: container?.spec?.enabled ? container.spec : null,
  }
}

const PAYLOAD = 'input task'

/**
 * The id that a payload gives its task, as far as can be seen without judging the rest of it: what has a
 * name before it is known to be right.
 */
export function payloadId(payload: unknown): string | undefined {
  const { id } = payloadOf(payload)
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined
}

/**
 * Refuses a task that needs what this runner does not offer (RUN-3). `docker` is needed by every container
 * and offered here; whether an engine answers shows when it is called.
 * @throws TaskError ACODE-CTN-012
 */
export function requireCapabilities(task: Task, offered: readonly string[]): readonly string[] {
  const required = [...new Set([...task.requiredCapabilities, ...(task.container ? ['docker'] : [])])]
  const missing = required.filter((capability) => capability !== 'docker' && !offered.includes(capability))
  if (missing.length > 0)
    throw new TaskError(
      'ACODE-CTN-012',
      `This runner lacks what the task requires: ${missing.join(', ')} (it offers ${['docker', ...offered].join(', ')}). ` +
        'Run the job on a runner that has it (runs-on), or say that this one does: input capabilities, or ACODE_CAPABILITIES in its environment.',
    )
  return required
}

interface Payload {
  readonly container: unknown
  readonly outer: Fields
  readonly id: unknown
  readonly prefix: string
  readonly problem?: Problem
}

/** Distinguishes the three accepted forms: canonical, `{container: …}`, and the bare container object. */
function payloadOf(payload: unknown): Payload {
  if (payload === undefined) return { container: undefined, outer: {}, id: undefined, prefix: 'container' }
  if (!isFields(payload))
    return broken('has to be a map (YAML or JSON) with task, container or the container itself')
  if (isFields(payload.task))
    return {
      container: payload.task.container,
      outer: payload,
      id: payload.task.id,
      prefix: 'task.container',
    }
  if ('task' in payload)
    return broken('has a key task that is no map; write task: { id: …, container: { … } }')
  if ('container' in payload)
    return { container: payload.container, outer: payload, id: payload.id, prefix: 'container' }
  const keys = Object.keys(payload)
  if (keys.some((key) => CONTAINER_KEYS.includes(key)))
    return { container: payload, outer: {}, id: undefined, prefix: 'task' }
  if ('requiredCapabilities' in payload || 'id' in payload)
    return { container: undefined, outer: payload, id: payload.id, prefix: 'task' }
  return broken(
    `has no task, no container and no field of a container; ${keys[0] ?? 'it'} ${unknownKey(keys[0] ?? '', CONTAINER_KEYS)}`,
  )
}

const broken = (message: string): Payload => ({
  container: undefined,
  outer: {},
  id: undefined,
  prefix: 'task',
  problem: { field: PAYLOAD, message },
})

function fromInputs(inputs: Inputs): { fields: Fields; named: Map<string, InputName> } {
  const fields: Fields = {}
  const limits: Fields = {}
  const named = new Map<string, InputName>()
  for (const [name, target] of Object.entries(TARGETS) as [InputName, Target][]) {
    const value = inputs[name]
    if (target === 'elsewhere' || value === undefined) continue
    if ('field' in target) fields[target.field] = value
    else limits[target.limit] = value
    named.set(fieldOf(target), name)
  }
  if (Object.keys(limits).length > 0) fields.resources = limits
  return { fields, named }
}

function merge(container: unknown, given: Fields): unknown {
  if (Object.keys(given).length === 0) return container ?? undefined
  if (container !== undefined && !isFields(container)) return container
  return layOver(container ?? {}, given)
}

/** Names a field by the input that gave it, else by its path in the payload. */
function fieldNamer(
  prefix: string,
  named: ReadonlyMap<string, InputName>,
): (path: readonly PropertyKey[]) => string {
  return (path) => {
    const input = named.get(path.slice(0, 2).join('.')) ?? named.get(String(path[0]))
    if (!input) return [prefix, ...path.map(String)].join('.')
    const below = path.slice(named.has(path.slice(0, 2).join('.')) ? 2 : 1).map(String)
    return [`input ${input}`, ...below].join('.')
  }
}

import { CONTAINER_KEYS, type ContainerSpec, containerSchema, DURATION_NAMES, specOf } from './contract.ts'
import { type Fields, isFields } from './fields.ts'
import { type FieldProblem, problemsOf } from './problems.ts'

/** How a problem names the field at a path below the container object. */
export type FieldNamer = (path: readonly PropertyKey[]) => string

/** A container object as it was read. */
export interface ReadContainer {
  /** Null where a field is wrong. */
  readonly spec: ContainerSpec | null
  /** The spec of the fields that are right, for what else is judged of it; null where there are none. */
  readonly judged: ContainerSpec | null
  readonly problems: FieldProblem[]
}

/** Reads a container object, each field by itself: the container, or what is wrong with its fields (RUN-1). */
export function readContainer(container: unknown, nameOf: FieldNamer): ReadContainer {
  const parsed = containerSchema.safeParse(container)
  if (parsed.success) {
    const spec = specOf(parsed.data)
    return { spec, judged: spec, problems: [] }
  }
  const problems = problemsOf(parsed.error, container, nameOf, keysAt).map(misplacedLimit)
  const right = isFields(container) ? containerSchema.safeParse(without(container, problems)).data : null
  return { spec: null, judged: right ? specOf(right) : null, problems }
}

/** What a wrong profile was to take is not known, and what follows from it is no problem of its own. */
function without(fields: Fields, problems: readonly FieldProblem[]): Fields {
  const wrong = new Set(problems.map(({ path }) => String(path[0])))
  const right = Object.entries(fields).filter(([key]) => !wrong.has(key))
  return { ...Object.fromEntries(right), ...(wrong.has('profile') ? { profile: 'privileged' } : {}) }
}

/** A limit that is next to `resources` instead of in it. */
function misplacedLimit(problem: FieldProblem): FieldProblem {
  const [key, ...below] = problem.path.map(String)
  if (!problem.unknownKey || below.length > 0 || !NESTED.resources.some((limit) => limit === key))
    return problem
  return { ...problem, message: `belongs under resources; write resources: { ${key}: … }` }
}

/** What has to be there for a container to be made (RUN-2), and what excludes each other. */
export function missingFields(container: Fields, nameOf: FieldNamer): FieldProblem[] {
  const problems: FieldProblem[] = []
  const has = (key: string) => container[key] !== undefined
  const add = (key: string, message: string) =>
    problems.push({ field: nameOf([key]), path: [key], message, unknownKey: false })
  if (!has('image') && !has('toolchain') && !has('build'))
    add('image', 'is missing; name an image (image: node:22) or a toolchain (toolchain: node@22)')
  if (has('image') && has('toolchain')) add('toolchain', 'and image exclude each other; keep one')
  for (const other of ['image', 'toolchain'])
    if (has('build') && has(other)) add('build', `and ${other} exclude each other; keep one`)
  for (const key of ['dockerfile', 'buildTarget', 'buildArgs'])
    if (has(key) && !has('build')) add(key, 'is of no use without build, the folder to build the image from')
  if (has('setupFiles') && !has('setup') && container.toolchain !== 'devcontainer')
    add('setupFiles', 'is of no use without setup, the script that they are for')
  if (has('command') && has('run')) add('run', 'and command exclude each other; keep one')
  for (const [name, older] of DURATION_NAMES)
    if (has(name) && has(older)) add(older, `and ${name} say the same; keep ${name}`)
  const shown = ['overlay', 'copy', 'bind'].find((method) => method === container.workspace)
  if (shown && container.workspaceUncommitted === false)
    add(
      'workspaceUncommitted',
      `is false, and workspace: ${shown} shows the checkout as it is; use workspace: clone or auto`,
    )
  return problems
}

const NESTED = {
  resources: ['cpus', 'memory', 'pids'],
  cacheVolumes: ['name', 'target'],
  engineVolumes: ['name', 'target', 'readOnly'],
  mounts: ['source', 'target', 'readOnly'],
  retry: ['max', 'on'],
} as const

function keysAt(path: readonly PropertyKey[]): readonly string[] {
  const nested: Readonly<Record<string, readonly string[]>> = NESTED
  return path.length === 0 ? CONTAINER_KEYS : (nested[String(path[0])] ?? [])
}

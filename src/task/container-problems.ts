import { CONTAINER_KEYS, type ContainerSpec, containerSchema, DURATION_NAMES, specOf } from './contract.ts'
import { devcontainerIn } from './devcontainer.ts'
import { type Fields, isFields } from './fields.ts'
import { type FieldProblem, problemsOf } from './problems.ts'
import { SERVICE_KEYS, SERVICE_PARTS } from './services.ts'

/** How a problem names the field at a path below the container object. */
type FieldNamer = (path: readonly PropertyKey[]) => string

/** A container object as it was read. */
export interface ReadContainer {
  /** Null when a field is wrong. */
  readonly spec: ContainerSpec | null
  /** The spec of the fields that are right, for what else is judged of it; null when there are none. */
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

/** What a wrong profile was to take is not known, and what follows from it is no separate problem. */
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
  for (const key of ['dockerfile', 'buildTarget', 'buildArgs', 'buildCache'])
    if (has(key) && !has('build')) add(key, 'is of no use without build, the folder to build the image from')
  const { toolchain } = container
  const isDescribed = typeof toolchain === 'string' && devcontainerIn(toolchain) !== null
  if (has('setupFiles') && !has('setup') && !isDescribed)
    add('setupFiles', 'is of no use without setup, the script that they are for')
  if (has('cacheKey') && !has('cache')) add('cacheKey', 'is of no use without cache')
  if (Array.isArray(container.cache) && !has('cacheKey'))
    add('cacheKey', 'is missing; a cache of paths is found by it, such as deps-1, or by the hash of a file')
  if (has('command') && has('run')) add('run', 'and command exclude each other; keep one')
  for (const [name, older] of DURATION_NAMES)
    if (has(name) && has(older)) add(older, `and ${name} say the same; keep ${name}`)
  const shown = ['overlay', 'copy', 'bind'].find((method) => method === container.workspace)
  if (shown && container.workspaceUncommitted === false)
    add(
      'workspaceUncommitted',
      `is false, and workspace: ${shown} shows the checkout as it is; use workspace: clone or auto`,
    )
  for (const [name, service] of Object.entries(isFields(container.services) ? container.services : {}))
    if (isFields(service)) problems.push(...missingInService(name, service, nameOf))
  return problems
}

/** The same of one service. */
function missingInService(name: string, service: Fields, nameOf: FieldNamer): FieldProblem[] {
  const has = (key: string) => service[key] !== undefined
  const problem = (key: string, message: string): FieldProblem => {
    const path = ['services', name, key]
    return { field: nameOf(path), path, message, unknownKey: false }
  }
  const sources = ['image', 'toolchain', 'build'].filter(has)
  const limits = isFields(service.resources) ? service.resources : {}
  return [
    ...(sources.length === 0
      ? [problem('image', 'is missing; name an image, such as image: postgres:17')]
      : []),
    ...sources.slice(1).map((key) => problem(key, `and ${sources[0]} exclude each other; keep one`)),
    ...['dockerfile', 'buildTarget', 'buildArgs']
      .filter((key) => has(key) && !has('build'))
      .map((key) => problem(key, 'is of no use without build, the folder to build the image from')),
    ...['memory', 'cpus']
      .filter((key) => has(key) && limits[key] !== undefined)
      .map((key) => problem(key, `and resources.${key} say the same; keep one`)),
    ...severalSigns(service.ready).map((key) => problem('ready', key)),
  ]
}

/** A service is ready by one sign. */
function severalSigns(ready: unknown): string[] {
  const signs = isFields(ready) ? ['port', 'log', 'health'].filter((sign) => ready[sign] !== undefined) : []
  return signs.length > 1 ? [`names ${signs.join(' and ')}, which exclude each other; keep one`] : []
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
  const [field, , part] = path
  if (field === 'services' && path.length > 1)
    return part === undefined ? SERVICE_KEYS : (SERVICE_PARTS[String(part)] ?? [])
  return path.length === 0 ? CONTAINER_KEYS : (nested[String(field)] ?? [])
}

import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import type { z } from 'zod'
import { TaskError } from '../../errors.ts'
import { type ContainerSpec, containerSchema } from '../../task/contract.ts'
import { problemsOf } from '../../task/problems.ts'
import type { FeatureUsers } from '../derived/features.ts'
import { type NamedCommands, preludeOf, statementsOf } from './commands.ts'
import type { Feature } from './features/collect.ts'
import { notGiven } from './features/metadata.ts'
import { type Inherited, over } from './inherited.ts'
import { mountTarget, type TaskMounts, taskMounts } from './mounts.ts'
import type { DescriptionFile } from './read.ts'
import { type DescribedMount, type Description, notDone } from './schema.ts'
import { filledIn, filledInAll, type VariableValues } from './variables.ts'

/** What a description makes of a task. */
export interface DescribedTask {
  readonly file: string
  /** The image by name, or what it is built from. */
  readonly source: Pick<ContainerSpec, 'image' | 'build' | 'dockerfile' | 'buildTarget' | 'buildArgs'>
  /** The rest, by what the image brings. */
  readonly specWith: (
    image: Pick<ImageGround, 'variables' | 'inherited'>,
  ) => Pick<
    ContainerSpec,
    'env' | 'user' | 'mounts' | 'cacheVolumes' | 'workspacePath' | 'setup' | 'setupFiles'
  >
  /** What is installed on the image, in this order. */
  readonly features: readonly Feature[]
  /** Whom that is installed for. */
  readonly usersOn: (image: Pick<ImageGround, 'user' | 'inherited'>) => FeatureUsers
  /** What variables stand for before there is a container. */
  readonly values: VariableValues
  /** What runs in the task's container before its own command. */
  readonly prelude: string
  /** What is left out, for a warning; empty: nothing. */
  readonly leftOut: readonly string[]
}

/** What of an image a description is laid over. */
export interface ImageGround {
  readonly variables: ReadonlyMap<string, string>
  readonly user: string
  readonly inherited: Inherited
}

/** What of the runner a description may refer to, and what was found for it. */
interface Surroundings {
  /** Its features, in the order in which they are installed. */
  readonly features: readonly Feature[]
  readonly workspace: string
  readonly local: (name: string) => string | undefined
}

/**
 * Lays a description over a task: what the task says itself goes before.
 * @throws TaskError ACODE-CTN-006 for what cannot be done, and what is wrong
 */
export function describedTask(
  { file, description }: DescriptionFile,
  task: ContainerSpec,
  { workspace, local, features }: Surroundings,
): DescribedTask {
  const own = description.workspaceFolder
  const valuesIn = (containerFolder: string): VariableValues => ({
    ...{ localFolder: workspace, containerFolder, local, container: () => undefined },
    id: createHash('sha256').update(workspace).digest('hex').slice(0, 32),
  })
  const at = task.workspacePath ?? workspace
  const folder = task.workspacePath ?? (own === undefined ? workspace : filledIn(own, valuesIn(at)))
  const values = valuesIn(folder)
  const mounts = taskMounts(filledInAll(mountsOf(description, features), values), workspace)
  const commands = (key: LifeKey) => filledInAll(commandsOf(key, description, features), values)
  const once = statementsOf(commands('onCreateCommand'))
  const parts = { file, description, values, mounts, once }
  return {
    ...{ file, features, values },
    source: sourceOf({ file, description: filledInAll(description, values) }),
    usersOn: ({ user, inherited }) => usersOf(over(inherited, description), user),
    leftOut: [
      ...notDone(description).leftOut,
      ...features.flatMap(({ metadata }) => notGiven(metadata)),
      ...mounts.leftOut,
    ],
    prelude: preludeOf(BEFORE_THE_TASK.flatMap(commands)),
    specWith: (image) => specOn(image, parts, task),
  }
}

/** What of a description goes into a task when its image is there. */
interface Parts extends DescriptionFile {
  readonly values: VariableValues
  readonly mounts: TaskMounts
  /** What runs once, when its image is made. */
  readonly once: readonly string[]
}

function specOn(
  { variables, inherited }: Parameters<DescribedTask['specWith']>[0],
  { file, description, values, mounts, once }: Parts,
  task: ContainerSpec,
): ReturnType<DescribedTask['specWith']> {
  const { containerFolder, localFolder } = values
  const whole = over(inherited, description)
  const env = environmentOf(whole, values, variables)
  const user = whole.remoteUser ?? whole.containerUser
  const fields = {
    env: { ...env, ...task.env },
    user: task.user === 'runner' && user !== undefined ? user : task.user,
    mounts: [...task.mounts, ...mounts.mounts],
    cacheVolumes: [...task.cacheVolumes, ...mounts.cacheVolumes],
    ...(containerFolder !== localFolder && { workspacePath: containerFolder }),
  }
  const read = partSchema.safeParse(fields)
  if (read.error) throw wrong(file, problemsIn(read.error, fields))
  const setup = [...(task.setup === undefined ? [] : [task.setup.trimEnd()]), ...once].join('\n')
  const hasOwnFiles = once.length > 0 && file.startsWith('.devcontainer/')
  return {
    ...{ env: read.data.env, user: read.data.user, mounts: read.data.mounts },
    ...{ cacheVolumes: read.data.cacheVolumes, workspacePath: read.data.workspacePath },
    setup: setup === '' ? undefined : setup,
    setupFiles: hasOwnFiles ? [...task.setupFiles, ...OWN_FILES] : task.setupFiles,
  }
}

/** The variables of the container and of what people do in it, where those of the container are known. */
function environmentOf(
  { containerEnv, remoteEnv }: Inherited,
  values: VariableValues,
  image: ImageGround['variables'],
): Record<string, string> {
  const own = filledInAll(containerEnv, values)
  const all = new Map([...image, ...Object.entries(own)])
  const inside: VariableValues = { ...values, container: (name) => all.get(name) }
  const remote = Object.entries(remoteEnv).flatMap(([name, value]): [string, string][] =>
    value === null ? [] : [[name, filledIn(value, inside)]],
  )
  return { ...own, ...Object.fromEntries(remote) }
}

type LifeKey = 'onCreateCommand' | (typeof BEFORE_THE_TASK)[number]
const BEFORE_THE_TASK = ['updateContentCommand', 'postCreateCommand', 'postStartCommand'] as const

/** The commands of one key: those of the features, and then the description's own. */
const commandsOf = (key: LifeKey, description: Description, features: readonly Feature[]): NamedCommands => [
  ...features.map(({ metadata }) => [`${key} of ${metadata.id}`, metadata[key]] as const),
  [key, description[key]],
]

/** The mounts of a description, and those of its features at other places. */
function mountsOf({ mounts }: Description, features: readonly Feature[]): readonly DescribedMount[] {
  const at = new Map<string, DescribedMount>()
  for (const mount of [...features.flatMap(({ metadata }) => metadata.mounts), ...mounts])
    at.set(mountTarget(mount), mount)
  return [...at.values()]
}

/** A user of an image may have a group, which is no matter to features. */
function usersOf({ containerUser, remoteUser }: Inherited, imageUser: string): FeatureUsers {
  const container = containerUser ?? (imageUser.split(':')[0] || 'root')
  return { container, remote: remoteUser ?? container }
}

/** What its commands mostly refer to. A name that begins with a dot has to be written. */
const OWN_FILES = ['.devcontainer/**/*']

const imageSchema = containerSchema.pick({ image: true })
const partSchema = containerSchema.pick({
  env: true,
  user: true,
  mounts: true,
  cacheVolumes: true,
  workspacePath: true,
})

/** The image by name, or what it is built from; paths of a description are relative to its folder. */
function sourceOf({ file, description }: DescriptionFile): DescribedTask['source'] {
  const { image, build, dockerFile, context = '.' } = description
  const dockerfile = build?.dockerfile ?? dockerFile
  if (dockerfile === undefined) {
    if (image === undefined)
      throw cannot(file, ['neither image nor build.dockerfile: it names nothing to run'])
    const read = imageSchema.safeParse({ image })
    if (read.error) throw wrong(file, problemsIn(read.error, { image }))
    return { image, buildArgs: {} }
  }
  const folder = posix.dirname(file)
  const from = posix.join(folder, build?.context ?? context)
  if (from.startsWith('..')) throw wrong(file, ['build.context leads out of the workspace'])
  return {
    build: from,
    dockerfile: posix.relative(from, posix.join(folder, dockerfile)),
    buildTarget: build?.target,
    buildArgs: build?.args ?? {},
  }
}

/** @throws TaskError ACODE-CTN-006 for what a container cannot be made without, and cannot be made of here */
export function requireDoable({ file, description }: DescriptionFile): void {
  const { needed, leftOut } = notDone(description)
  if (needed.length > 0) throw cannot(file, [...needed, ...leftOut])
}

const cannot = (file: string, what: readonly string[]): TaskError =>
  new TaskError(
    'ACODE-CTN-006',
    `The development container of ${file} asks for what is not done here: ${what.join(', ')}. Build its image before this step (npx @devcontainers/cli build --workspace-folder . --image-name devcontainer:local) and name it (image: devcontainer:local), or take these keys out.`,
  )

const problemsIn = (error: z.ZodError, fields: object): string[] =>
  problemsOf(
    error,
    fields,
    (path) => path.join('.'),
    () => [],
  ).map(({ field, message }) => `${field} ${message}`)

const wrong = (file: string, problems: readonly string[]): TaskError =>
  new TaskError(
    'ACODE-CTN-006',
    `The development container of ${file} cannot be made: ${problems.join('; ')}. Correct the file, or name an image (image: …).`,
  )

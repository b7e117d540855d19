import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import type { z } from 'zod'
import { TaskError } from '../../errors.ts'
import { type ContainerSpec, containerSchema } from '../../task/contract.ts'
import { problemsOf } from '../../task/problems.ts'
import { preludeOf, statementsOf } from './commands.ts'
import { taskMounts } from './mounts.ts'
import type { DescriptionFile } from './read.ts'
import { notDone } from './schema.ts'
import { filledIn, filledInAll, type VariableValues } from './variables.ts'

/** What a description makes of a task. */
export interface DescribedTask {
  readonly file: string
  /** The image by name, or what it is built from. */
  readonly source: Pick<ContainerSpec, 'image' | 'build' | 'dockerfile' | 'buildTarget' | 'buildArgs'>
  /** The rest, by the variables that the image sets. */
  readonly specWith: (
    image: ReadonlyMap<string, string>,
  ) => Pick<
    ContainerSpec,
    'env' | 'user' | 'mounts' | 'cacheVolumes' | 'workspacePath' | 'setup' | 'setupFiles'
  >
  /** What runs in the task's container before its own command. */
  readonly prelude: string
  /** What is left out, for a warning; empty: nothing. */
  readonly leftOut: readonly string[]
}

/** What of the runner a description may refer to. */
export interface Surroundings {
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
  { workspace, local }: Surroundings,
): DescribedTask {
  const { needed, leftOut } = notDone(description)
  if (needed.length > 0) throw cannot(file, [...needed, ...leftOut])
  const own = description.workspaceFolder
  const values = (container: ReadonlyMap<string, string>, folder: string): VariableValues => ({
    localFolder: workspace,
    containerFolder: folder,
    local,
    container: (name) => container.get(name),
    id: createHash('sha256').update(workspace).digest('hex').slice(0, 32),
  })
  const at = task.workspacePath ?? workspace
  const folder = task.workspacePath ?? (own === undefined ? workspace : filledIn(own, values(NONE, at)))
  const before = values(NONE, folder)
  const {
    mounts,
    cacheVolumes,
    leftOut: notMounted,
  } = taskMounts(filledInAll(description.mounts, before), workspace)
  const { onCreateCommand, updateContentCommand, postCreateCommand, postStartCommand } = description
  const commands = filledInAll(
    { onCreateCommand, updateContentCommand, postCreateCommand, postStartCommand },
    before,
  )
  const once = statementsOf([['onCreateCommand', commands.onCreateCommand]])
  return {
    file,
    source: sourceOf({ file, description: filledInAll(description, before) }),
    leftOut: [...leftOut, ...notMounted],
    prelude: preludeOf([
      ['updateContentCommand', commands.updateContentCommand],
      ['postCreateCommand', commands.postCreateCommand],
      ['postStartCommand', commands.postStartCommand],
    ]),
    specWith: (image) => {
      const containerEnv = filledInAll(description.containerEnv, before)
      const inside = values(new Map([...image, ...Object.entries(containerEnv)]), folder)
      const remoteEnv = Object.entries(description.remoteEnv).flatMap(([name, value]): [string, string][] =>
        value === null ? [] : [[name, filledIn(value, inside)]],
      )
      const user = description.remoteUser ?? description.containerUser
      const fields = {
        env: { ...containerEnv, ...Object.fromEntries(remoteEnv), ...task.env },
        user: task.user === 'runner' && user !== undefined ? user : task.user,
        mounts: [...task.mounts, ...mounts],
        cacheVolumes: [...task.cacheVolumes, ...cacheVolumes],
        ...(folder !== workspace && { workspacePath: folder }),
      }
      const read = partSchema.safeParse(fields)
      if (read.error) throw wrong(file, problemsIn(read.error, fields))
      const setup = [...(task.setup === undefined ? [] : [task.setup.trimEnd()]), ...once].join('\n')
      return {
        ...{ env: read.data.env, user: read.data.user, mounts: read.data.mounts },
        ...{ cacheVolumes: read.data.cacheVolumes, workspacePath: read.data.workspacePath },
        setup: setup === '' ? undefined : setup,
        setupFiles:
          once.length === 0 || !file.startsWith('.devcontainer/')
            ? task.setupFiles
            : [...task.setupFiles, ...OWN_FILES],
      }
    },
  }
}

const NONE: ReadonlyMap<string, string> = new Map()
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

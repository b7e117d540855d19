import { z } from 'zod'

const variables = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
/** One command: a line of a shell, or a program with its arguments. */
const command = z.union([z.string(), z.array(z.string())])
/** The same, or several by name. */
export const commands = z.union([command, z.record(z.string(), command)])

/** As `docker run --mount` has it, or as a map. */
export const mount = z.union([
  z.string(),
  z.looseObject({ type: z.string().default('bind'), source: z.string().optional(), target: z.string() }),
])

const optionValue = z.union([z.string(), z.boolean(), z.number()]).transform(String)
/** The options that are given to a feature; a text alone is its version. */
const featureOptions = z.union([
  z.string().transform((version): Record<string, string> => ({ version })),
  z.union([z.boolean(), z.null()]).transform((): Record<string, string> => ({})),
  z.record(z.string(), optionValue),
])
/** Features by their references. */
export const featureList = z.record(z.string(), featureOptions).default({})

/** What of a devcontainer.json (containers.dev) has a meaning here. All else is judged by its name. */
export const descriptionSchema = z.looseObject({
  image: z.string().optional(),
  build: z
    .looseObject({
      dockerfile: z.string().optional(),
      context: z.string().default('.'),
      args: variables.default({}),
      target: z.string().optional(),
      options: z.array(z.string()).optional(),
    })
    .optional(),
  dockerFile: z.string().optional(),
  context: z.string().optional(),
  containerEnv: variables.default({}),
  remoteEnv: z.record(z.string(), z.union([z.string(), z.null()])).default({}),
  containerUser: z.string().optional(),
  remoteUser: z.string().optional(),
  mounts: z.array(mount).default([]),
  workspaceFolder: z.string().optional(),
  onCreateCommand: commands.optional(),
  updateContentCommand: commands.optional(),
  postCreateCommand: commands.optional(),
  postStartCommand: commands.optional(),
  features: featureList,
  overrideFeatureInstallOrder: z.array(z.string()).default([]),
})

/** A development container as its file describes it. */
export type Description = z.output<typeof descriptionSchema>
/** A command of its life. */
export type LifeCommand = z.output<typeof commands>
/** A mount of it. */
export type DescribedMount = z.output<typeof mount>

/** Keys without which the container is another one. */
const NEEDED = ['dockerComposeFile'] as const
/** Keys that change how it runs, and are not followed. */
const LEFT_OUT = [
  ...['runArgs', 'privileged', 'capAdd', 'securityOpt', 'workspaceMount', 'initializeCommand', 'appPort'],
] as const

/** What is asked for and not done here. */
interface NotDone {
  /** The container would not be the one that is described. */
  readonly needed: readonly string[]
  readonly leftOut: readonly string[]
}

/** What of a description is not done here, by name. Keys of editors alone are none of it. */
export function notDone(description: Description): NotDone {
  const isGiven = (key: string) => {
    const value = description[key]
    return value !== undefined && value !== null && value !== false
  }
  return {
    needed: NEEDED.filter((key) => isGiven(key)),
    leftOut: [
      ...LEFT_OUT.filter((key) => isGiven(key)),
      ...(description.build?.options?.length ? ['build.options'] : []),
    ],
  }
}

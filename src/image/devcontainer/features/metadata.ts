import { z } from 'zod'
import { messageOf, sentence, TaskError } from '../../../errors.ts'
import { parseJsonWithComments } from '../../../formats/json-comments.ts'
import { formatBytes } from '../../../formats/units.ts'
import { MOST_BYTES } from '../read.ts'
import { commands, featureList, mount } from '../schema.ts'

const optionSchema = z.looseObject({
  default: z.union([z.string(), z.boolean(), z.number()]).transform(String).optional(),
  enum: z.array(z.string()).optional(),
})

/** What of a devcontainer-feature.json has a meaning here. */
const metadataSchema = z.looseObject({
  id: z.string(),
  options: z.record(z.string(), optionSchema).default({}),
  containerEnv: z
    .record(
      z.string().regex(/^[A-Za-z_]\w*$/),
      z.union([z.string(), z.number(), z.boolean()]).transform(String),
    )
    .default({}),
  mounts: z.array(mount).default([]),
  dependsOn: featureList,
  installsAfter: z.array(z.string()).default([]),
  legacyIds: z.array(z.string()).default([]),
  onCreateCommand: commands.optional(),
  updateContentCommand: commands.optional(),
  postCreateCommand: commands.optional(),
  postStartCommand: commands.optional(),
})

/** A feature as its own file describes it. */
export type FeatureMetadata = z.output<typeof metadataSchema>

/**
 * Reads a devcontainer-feature.json.
 * @param feature the reference of it, for the message
 * @throws TaskError ACODE-CTN-006
 */
export function readMetadata(text: string, feature: string): FeatureMetadata {
  try {
    if (Buffer.byteLength(text) > MOST_BYTES) throw new Error(`it is longer than ${formatBytes(MOST_BYTES)}`)
    return metadataSchema.parse(parseJsonWithComments(text))
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error)
    throw new TaskError(
      'ACODE-CTN-006',
      `The devcontainer-feature.json of ${feature} cannot be read: ${sentence(why)} Choose another version of it, or take it out.`,
    )
  }
}

/** What a feature wants of its container and is not given, by name. `init` all tasks have unless they say otherwise. */
export function notGiven({ id, ...metadata }: FeatureMetadata): string[] {
  const wanted = ['privileged', 'capAdd', 'securityOpt', 'entrypoint'].filter((key) => {
    const value = metadata[key]
    if (Array.isArray(value)) return value.length > 0
    return value !== undefined && value !== null && value !== false && value !== ''
  })
  return wanted.map((key) => `${key} of ${id}`)
}

/**
 * The variables with which a feature is installed: its options as they are given, and the defaults of the others.
 * @throws TaskError ACODE-CTN-006 for a value that it does not know
 */
export function optionVariables(
  { id, options }: FeatureMetadata,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const variables: Record<string, string> = {}
  for (const [name, { default: value }] of Object.entries(options))
    if (value !== undefined) variables[variableName(name)] = value
  for (const [name, value] of Object.entries(given)) {
    const known = Object.hasOwn(options, name) ? options[name]?.enum : undefined
    if (known !== undefined && !known.includes(value))
      throw new TaskError(
        'ACODE-CTN-006',
        `The option ${name} of the feature ${id} is ${value}, and may be ${known.join(', ')}. Correct it.`,
      )
    variables[variableName(name)] = value
  }
  return variables
}

/** The name of an option's variable (containers.dev, "Option Resolution"). */
const variableName = (option: string): string =>
  option
    .replace(/[^\w]/g, '_')
    .replace(/^[\d_]+/g, '_')
    .toUpperCase()

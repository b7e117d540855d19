import { parse } from 'yaml'
import { z } from 'zod'
import { GENERATED, table } from './markdown.ts'

const actionSchema = z.object({
  description: z.string(),
  inputs: z.record(z.string(), z.object({ description: z.string(), default: z.string().optional() })),
  outputs: z.record(z.string(), z.object({ description: z.string() })),
})
type Action = z.output<typeof actionSchema>

/** What action.yml says of inputs and outputs. */
export const readAction = (text: string): Action => actionSchema.parse(parse(text))

const INTERNAL = 'Internal: '

/** The reference of all inputs and outputs: those of the action, and those of the further ones beside it. */
export function inputsPage(action: Action, further: Readonly<Record<string, Action>>): string {
  return `${GENERATED}
# Inputs and outputs

Those of the action itself, and of ${Object.keys(further)
    .map((folder) => `[its part \`${folder}\`](#${folder})`)
    .join(', ')}.

The step names its image by one of \`image\`, \`toolchain\` and \`task\`, and what it runs by one of \`run\`, \`command\` and \`task\`.
Every other input is optional. All problems of a task are reported together, before anything is started.

${tables(action, '##')}

What a task writes to \`$GITHUB_OUTPUT\` becomes outputs of the step under the same names.
A name that the action itself uses is found in \`outputs\` only.

## Input \`task\`

The payload as YAML or JSON, in one of three forms; [schema/task.schema.json](../schema/task.schema.json) describes them all.

\`\`\`yaml
requiredCapabilities: [gpu]
task:
  id: unit
  container: { image: 'node:22', command: [npm, test] }
\`\`\`
\`\`\`yaml
container: { image: 'node:22', command: [npm, test] }
\`\`\`
\`\`\`yaml
image: node:22
command: [npm, test]
\`\`\`

- An input that is given beside \`task\` wins over the same field of it. \`env\`, \`labels\` and the limits are merged key by key.
- An unknown key of the container object is an error that names the nearest valid one. Unknown keys elsewhere are ignored.
- \`enabled: false\` starts nothing, nor does a payload without a container where no input describes one. The record then says \`skipped\`.

${Object.entries(further)
  .map(([folder, one]) => `## ${folder}\n\n${one.description}\n\n${tables(one, '###')}\n`)
  .join('\n')}`
}

/** Inputs, internal inputs and outputs of one action. */
function tables({ inputs, outputs }: Action, heading: string): string {
  const users = Object.entries(inputs).filter(([, { description }]) => !description.startsWith(INTERNAL))
  const internal = Object.entries(inputs).filter(([, { description }]) => description.startsWith(INTERNAL))
  return `${heading} Inputs

${table(
  ['input', 'meaning'],
  users.map(([name, { description }]) => [`\`${name}\``, description]),
)}

${heading}# Internal inputs

They tell the action which job and matrix leg it runs in. Workflows do not set them.

${table(
  ['input', 'meaning', 'default'],
  internal.map(([name, input]) => [
    `\`${name}\``,
    capitalized(input.description.slice(INTERNAL.length)),
    input.default === undefined ? '' : `\`${input.default}\``,
  ]),
)}

${heading} Outputs

${table(
  ['output', 'meaning'],
  Object.entries(outputs).map(([name, { description }]) => [`\`${name}\``, description]),
)}`
}

/** Name and first sentence of each input that users set. */
export function shortTable({ inputs }: Action): string {
  return table(
    ['input', 'meaning'],
    Object.entries(inputs)
      .filter(([, { description }]) => !description.startsWith(INTERNAL))
      .map(([name, { description }]) => [`\`${name}\``, firstSentence(description)]),
  )
}

/** Up to the first full stop that ends a sentence. */
const firstSentence = (text: string): string => /^.*?[.](?=\s+[A-Z`]|$)/s.exec(text)?.[0] ?? text

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

import { parse } from 'yaml'
import { z } from 'zod'
import { PASSED } from '../../src/container/environment.ts'
import { splitDefault } from './default-text.ts'
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

/** The reference of all inputs and outputs: those of the action, and those of its further parts. */
export function inputsPage(action: Action, further: Readonly<Record<string, Action>>): string {
  return `${GENERATED}
# Inputs and outputs

Inputs and outputs of the action itself, and of ${Object.keys(further)
    .map((folder) => `[its part \`${folder}\`](#${folder})`)
    .join(', ')}.

The step names its image by one of \`image\`, \`toolchain\` and \`task\`, and what it runs by one of \`run\`, \`command\` and \`task\`.
All inputs are optional. All problems of a task are reported together, before anything is started.

${tables(action, '##')}

What a task writes to \`$GITHUB_OUTPUT\` becomes outputs of the step under the same names: letters, digits, \`_\` and \`-\`, in one spelling, since GitHub ignores case. A line that cannot be read fails the task; the lines before it count.
An output with a name of the table above is in \`outputs\` only.

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

- An input that is given as well as \`task\` wins over the same field of it. \`env\`, \`labels\` and the limits are merged key by key.
- An unknown key of the container object is an error that names the nearest valid one. Unknown keys elsewhere are ignored.
- \`enabled: false\` starts nothing, nor does a payload without a container where no input describes one. The record then says \`skipped\`.

## Where the value of a secret has to come from

The runner prints all inputs of a step in its header before the action starts, and strikes out only what it knows as a secret by then. Nothing that the action does comes early enough to hide more.

| value | in the header |
|---|---|
| \`TOKEN=\${{ secrets.TOKEN }}\`, whole | \`***\` |
| what an earlier step read, and masked with \`::add-mask::\` before it made it an output or a variable | \`***\` |
| what the runner derives by itself from a secret: Base64, JSON (\`toJSON\`), URI, XML | \`***\` |
| a text in the workflow, a variable (\`vars\`), an input of the workflow, a part of a secret, an output that no step masked | in clear |

The same holds for \`env\`, \`task\` and every other input.

## Environment of the task

Besides \`env\` and the image's own variables, a task has:

| variables | meaning |
|---|---|
| \`GITHUB_OUTPUT\`, \`GITHUB_STEP_SUMMARY\` | As in any step. |
| \`GITHUB_ENV\`, \`GITHUB_PATH\` | Files whose content stays in the task, which a notice says. With \`export-env: true\` it is passed to the job's later steps, but for names by which the runner or this action work (\`NODE_*\`, \`GITHUB_*\`, \`RUNNER_*\`, \`ACTIONS_*\`, \`INPUT_*\`, \`STATE_*\`, \`ACODE_*\`, \`DOCKER_*\`, \`LD_*\`, \`BASH_ENV\`, \`HOME\`, \`PATH\`); a line that is none fails the task. |
| \`HTTP_PROXY\`, \`HTTPS_PROXY\`, \`NO_PROXY\`, \`ALL_PROXY\`, \`FTP_PROXY\` | What the input \`proxy\` says, in both cases. |
| \`GITHUB_EVENT_PATH\` | A copy of the payload of the run's event. |
| \`ARTIFACT_DIR\` | Files in this folder are kept with the record. |
| \`HOME\` | The image's own where the image sets one, or where the task runs as the image's user; else, and with \`read-only\`, the fresh folder \`/run/acode/home\`. Mounts and caches may lie below it. |
| \`USER\`, \`LOGNAME\` | The name of the task's user in the image; \`runner\` where the image has none, with an entry in passwd and group. |
| \`ACODE_SESSION\`, \`ACODE_TASK\` | The parts of the container's name. |
| \`GITHUB_WORKSPACE\` | The workspace in the container. |
| \`CI\`, \`GITHUB_ACTIONS\` | \`true\`. |
| \`GIT_CONFIG_COUNT\` and the like | Git takes the workspace for the task's own, and its files for unchanged where size and time are the checkout's. The fresh \`HOME\` and \`/etc/gitconfig\` say the same, for programs that clear their environment. |
| ${PASSED.map((name) => `\`${name}\``).join(', ')} | As on the runner. |

Nothing else of the runner's environment is in the container, unless \`env\` names it.

The text of \`env\` arrives as it is written: quotes, \`$\` and backslashes stay. A value of several lines is \`KEY<<END\`, its lines, \`END\`. A line that is a name alone passes the runner's variable of that name, and \`PREFIX_*\` all that begin so; both stand above the first \`KEY=VALUE\`, below which they could be the second line of a value and are an error. A text of several lines under a name that the engine's CLI reads itself (\`PATH\`, \`HOME\`, \`DOCKER_HOST\` and the like) is set by the image's \`/bin/sh\` before the command runs.

${Object.entries(further)
  .map(([folder, one]) => `## ${folder}\n\n${one.description}\n\n${tables(one, '###')}\n`)
  .join('\n')}`
}

/** Inputs, internal inputs and outputs of one action. */
function tables({ inputs, outputs }: Action, heading: string): string {
  const users = Object.entries(inputs).filter(([, { description }]) => !description.startsWith(INTERNAL))
  const internal = Object.entries(inputs).filter(([, { description }]) => description.startsWith(INTERNAL))
  return `${heading} Inputs

${inputTable(users)}
${internal.length === 0 ? '' : internalTable(internal, `${heading}#`)}
${heading} Outputs

${table(
  ['output', 'meaning'],
  Object.entries(outputs).map(([name, { description }]) => [`\`${name}\``, description]),
)}`
}

function internalTable(inputs: [string, Action['inputs'][string]][], heading: string): string {
  return `
${heading} Internal inputs

They say which job and matrix leg the action runs in. Workflows do not set them.

${table(
  ['input', 'meaning', 'default'],
  inputs.map(([name, input]) => [
    `\`${name}\``,
    capitalized(input.description.slice(INTERNAL.length)),
    input.default === undefined ? '' : `\`${input.default}\``,
  ]),
)}
`
}

/** The inputs that most workflows need, in the order of the README. */
const TEN = [
  ...['image', 'toolchain', 'run', 'env', 'secrets', 'timeout', 'memory', 'changes', 'artifacts'],
  'cache',
]

/** The inputs that most workflows need: name, first sentence and default. */
export function shortTable({ inputs }: Action): string {
  const chosen = TEN.flatMap((name): [string, Action['inputs'][string]][] => {
    const input = inputs[name]
    if (input === undefined) throw new Error(`action.yml has no input ${name}`)
    const { meaning, fallback } = saysDefault(input.description)
    return [[name, { description: `${firstSentence(meaning)} Default: ${fallback}.` }]]
  })
  return inputTable(chosen)
}

/** Name, meaning and default of inputs. */
const inputTable = (inputs: readonly [string, Action['inputs'][string]][]): string =>
  table(
    ['input', 'meaning', 'default'],
    inputs.map(([name, { description }]) => {
      const { meaning, fallback } = saysDefault(description)
      return [`\`${name}\``, meaning, fallback]
    }),
  )

/** @throws Error for a description that says no default: a reader would not know */
function saysDefault(description: string): { meaning: string; fallback: string } {
  const { meaning, fallback } = splitDefault(description)
  if (fallback === null) throw new Error(`an input says no default: ${description}`)
  return { meaning, fallback }
}

/** Up to the first full stop that ends a sentence. */
const firstSentence = (text: string): string => /^.*?[.](?=\s+[A-Z`]|$)/s.exec(text)?.[0] ?? text

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

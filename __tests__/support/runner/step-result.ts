import type { FileCommandResults } from './file-commands.ts'
import type { ProcessEnd } from './running.ts'
import type { Annotation, WorkflowCommands } from './workflow-commands.ts'

/** All there is to know of one stage (main or post) of a step that has ended. */
export type StepResult = ProcessEnd & {
  /** Exit code other than 0, or a command or command file that the runner refuses. */
  readonly failed: boolean
  /** Cancelled through `cancel()`: for the runner the step's conclusion is then "cancelled". */
  readonly cancelled: boolean
  /** stdout and stderr as they came, commands and unmasked secrets included; the last 32 to 64 MB of it. */
  readonly output: string
  /** The same as lines, each from one stream. */
  readonly lines: readonly string[]
  /** What the workflow's log shows: commands carried out, masked values as `***`. */
  readonly log: string
  readonly outputs: Readonly<Record<string, string>>
  readonly state: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
  readonly paths: readonly string[]
  readonly summary: string
} & Pick<WorkflowCommands, 'annotations' | 'masks' | 'groups' | 'debug' | 'ignoredCommands'>

export function stepResult(parts: {
  end: ProcessEnd
  cancelled: boolean
  output: string
  lines: readonly string[]
  commands: WorkflowCommands
  files: FileCommandResults
}): StepResult {
  const { end, commands, files } = parts
  for (const { message } of files.errors) commands.annotate('error', message)
  const { annotations, masks, groups, debug, ignoredCommands } = commands
  return {
    ...end,
    failed: end.exitCode !== 0 || commands.failed || files.errors.some(({ fails }) => fails),
    cancelled: parts.cancelled,
    output: parts.output,
    lines: parts.lines,
    log: commands.log().join('\n'),
    outputs: { ...commands.outputs, ...files.outputs },
    state: { ...commands.state, ...files.state },
    env: files.env,
    paths: files.paths,
    summary: files.summary,
    annotations,
    masks,
    groups,
    debug,
    ignoredCommands,
  }
}

/** The messages of one level, the usual question of a test. */
export function messages(result: StepResult, level: Annotation['level']): string[] {
  return result.annotations.filter((annotation) => annotation.level === level).map(({ message }) => message)
}

/** What post says of a killed main besides that it was killed. */
export const otherThanKilled = ({ annotations }: StepResult): StepResult['annotations'] =>
  annotations.filter(({ title }) => title !== 'ACODE-CTN-009')

import { NO_OUTPUTS, readTaskOutputs, type TaskOutputs } from './task-outputs.ts'

/** More than 1 MiB of UTF-16, which GitHub takes of outputs, can be in UTF-8; and a summary of 1 MiB a step. */
const LONGEST_OUTPUT = 1536 * 1024
const LONGEST_SUMMARY = 4 * 1024 * 1024

/** What an ended task wrote to `$GITHUB_OUTPUT` and `$GITHUB_STEP_SUMMARY`. */
export interface Written {
  readonly outputs: TaskOutputs
  readonly summary: string
  readonly warnings: readonly string[]
}

/** Reads both files; `read` gives the first bytes of one of the control folder, null when it is no file. */
export async function readWritten(
  read: (path: 'output' | 'summary', maxBytes: number) => Promise<Buffer | null>,
): Promise<Written> {
  const [output, summary] = await Promise.all([
    read('output', LONGEST_OUTPUT + 1),
    read('summary', LONGEST_SUMMARY),
  ])
  const warnings: string[] = []
  const outputs = parseOutputs(output, warnings)
  return { outputs, summary: summary?.toString('utf8') ?? '', warnings }
}

function parseOutputs(text: Buffer | null, warnings: string[]): TaskOutputs {
  if (text === null) return NO_OUTPUTS
  if (text.length > LONGEST_OUTPUT) {
    warnings.push(
      'The task wrote more than 1 MiB to $GITHUB_OUTPUT; none of it is passed on. Use a file in $ARTIFACT_DIR.',
    )
    return NO_OUTPUTS
  }
  const outputs = readTaskOutputs(text.toString('utf8'))
  if (outputs.problems.length > 0)
    warnings.push(
      ['Not all outputs of the task are passed on as it wrote them:', ...outputs.problems].join('\n  - '),
    )
  return outputs
}

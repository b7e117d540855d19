import { isUtf8 } from 'node:buffer'
import { existsSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { messageOf, sentence, TaskError } from '../../errors.ts'
import { formatBytes } from '../../formats/units.ts'
import { isWithin } from '../../host/files.ts'
import { readWithin } from '../../host/read-within.ts'
import type { PlanInputs } from '../inputs.ts'
import { type SourceName, TaskFileError } from './faults.ts'
import { MOST_FILE_BYTES } from './file-bounds.ts'

const INVALID = 'ACODE-CTN-006'

/** Where tasks are written. */
export interface TaskSource extends SourceName {
  readonly text: string
  /** The folder of the file, which is in the repository whose changes count; the workspace for an input. */
  readonly folder: string
}

/**
 * Reads the task file, or takes the tasks from the input.
 * @throws TaskError ACODE-CTN-006 when there is no such file, or it is too long or no text
 */
export async function readSource(inputs: PlanInputs, workspace: string): Promise<TaskSource> {
  if (inputs.tasks !== undefined)
    return { text: inputs.tasks, name: 'input tasks', file: null, folder: workspace }
  const path = resolve(workspace, inputs.file)
  const file = isWithin(path, workspace) ? relative(workspace, path) : null
  const within = file === null ? null : workspace
  const bytes = await readWithin(path, within, MOST_FILE_BYTES + 1).catch((error: unknown) => {
    throw new TaskError('ACODE-CTN-006', unreadable(inputs.file, workspace, error), { cause: error })
  })
  const source = { name: inputs.file, file, folder: dirname(path) }
  // A byte order mark is not part of the text.
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '')
  // What is too long may end within a character.
  if (bytes.length > MOST_FILE_BYTES) {
    const message = `is longer than ${formatBytes(MOST_FILE_BYTES)}; keep scripts in files of the repository`
    throw new TaskFileError(source, [{ place: { line: 1, column: 1 }, field: '', message, code: INVALID }])
  }
  if (isUtf8(bytes)) return { ...source, text }
  const before = text.slice(0, text.indexOf('\uFFFD')).split('\n')
  const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
  const message = 'is not UTF-8; save the file as UTF-8'
  throw new TaskFileError(source, [{ place, field: '', message, code: INVALID }])
}

function unreadable(file: string, workspace: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code !== 'ENOENT') return `The task file ${file} cannot be read: ${sentence(messageOf(error))}`
  const sibling = file.endsWith('.yml') ? file.replace(/yml$/, 'yaml') : file.replace(/yaml$/, 'yml')
  const near = sibling !== file && existsSync(resolve(workspace, sibling))
  const hint = near ? ` There is ${sibling}: name it in the input file.` : ''
  return (
    `There is no task file ${file} below ${workspace}.${hint} ` +
    'Check the repository out before this step (actions/checkout), or name the file in the input file, or give the tasks in the input tasks.'
  )
}

import { relative } from 'node:path'
import * as runner from '../engine/runner.ts'
import { filesWithSecrets } from '../record/leaks.ts'
import type { Run } from './open.ts'

/** Says which files of the record hold a secret because the task wrote it there: they are uploaded as they are. */
export async function warnOfSecrets(
  { recorder, folder }: Run,
  what: 'changes' | 'artifacts',
  paths: readonly string[],
): Promise<void> {
  const found = await filesWithSecrets(paths, recorder.redaction)
  if (found.length === 0) return
  const names = found.map((path) => relative(folder.record, path))
  const how = what === 'changes' ? 'changes: discard' : 'other artifacts'
  runner.warning(
    `The task’s ${what} hold a value of the input secrets, or a line of one, and are in the record as the task wrote them: ${names.join(', ')}. Let it write secrets elsewhere, or use upload: never or ${how}.`,
    'ACODE-CTN-013',
  )
}

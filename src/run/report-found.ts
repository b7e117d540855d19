import { info, notice, warning } from '../github/runner.ts'
import type { CredentialFiles } from '../workspace/credential-files.ts'
import type { Workspace } from '../workspace/workspace.ts'

/** Puts into the log what was found in the workspace, once: each method that is tried finds the same. */
export class FoundReport {
  #hasCredentials = false
  #hasUnread = false

  /** What steps of the job wrote there, as soon as it is known. */
  async credentials({ credentials }: Pick<Workspace, 'credentials'>): Promise<void> {
    const found = await credentials
    if (found === null || this.#hasCredentials) return
    this.#hasCredentials = true
    reportCredentials(found)
  }

  /** What could not be copied of it. */
  unread({ unread }: Pick<Workspace, 'unread'>): void {
    if (unread.length === 0 || this.#hasUnread) return
    this.#hasUnread = true
    warnOfUnread(unread)
  }
}

/** The most files that a line names. */
const MOST_NAMED = 20

function named(paths: readonly string[]): string {
  const first = paths.slice(0, MOST_NAMED).map((path) => Buffer.from(path, 'latin1').toString('utf8'))
  return paths.length > MOST_NAMED
    ? `${first.join(', ')} and ${paths.length - MOST_NAMED} more`
    : first.join(', ')
}

function warnOfUnread(paths: readonly string[]): void {
  warning(
    `Not in the task's copy of the workspace, for the runner's user may not read them: ${named(paths)}. Give them to that user, or remove what an earlier step left.`,
    'ACODE-CTN-010',
  )
}

function reportCredentials({ replaced, kept }: CredentialFiles): void {
  if (replaced.length > 0)
    info(
      `Empty in the task's copy, for steps of this job wrote credentials there: ${named(replaced.map(({ path }) => path))}`,
    )
  if (kept.length > 0)
    notice(
      `The task can read tokens that steps of this job wrote: ${named(kept)}. Let them write to the runner's temporary folder, or remove the files before this step.`,
      'Credentials in the workspace',
    )
}

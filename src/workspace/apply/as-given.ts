import { type Changes, inGitFolder, isSame, stateOf } from '../changes.ts'
import type { Baseline } from '../tree.ts'
import { doesNotFit } from './apply.ts'

/**
 * A task that was given the commit alone has not seen what is not committed in the runner's workspace: where it
 * changed one of those files, its change would overwrite them.
 * @throws TaskError ACODE-CTN-010
 */
export async function requireAsGiven(workspace: string, changes: Changes, baseline: Baseline): Promise<void> {
  const others: string[] = []
  for (const path of [...changes.written.keys(), ...changes.deleted]) {
    if (inGitFolder(path)) continue
    const [now, given] = await Promise.all([stateOf(workspace, path), baseline(path)])
    const isAsGiven = given === null ? now === null : await isSame(now, given)
    if (!isAsGiven) others.push(path)
  }
  if (others.length > 0)
    throw doesNotFit(
      workspace,
      `${others.slice(0, 5).join(', ')} there is not as committed, which the task did not see`,
    )
}

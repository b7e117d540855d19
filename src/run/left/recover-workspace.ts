import { messageOf } from '../../errors.ts'
import type { RunnerPaths } from '../../github/paths.ts'
import * as runner from '../../github/runner.ts'
import type { ProcessIdentity } from '../../host/identity.ts'
import { witnessNow } from '../../ownership/managed.ts'
import { parseOwner, verdictOf } from '../../ownership/orphans.ts'
import type { Facts } from '../../record/facts.ts'
import type { Applier } from '../../workspace/apply/apply-journal.ts'
import { type ApplyEnd, endDeadApply } from '../../workspace/apply/apply-recovery.ts'
import type { Run } from '../context/open-run.ts'

/** No apply takes longer: a lock that is older is a dead one's, also where its owner cannot be looked for. */
const LONGEST_APPLY_SECONDS = 3600

/** A run, or its post step, as one who applies changes. `ended` is a run that is known to have ended. */
export function applierOf(owner: ProcessIdentity, paths: RunnerPaths, ended: string | null = null): Applier {
  return {
    paths,
    self: { owner: JSON.stringify(owner), deadline: Math.ceil(Date.now() / 1000) + LONGEST_APPLY_SECONDS },
    isDead: ({ owner, deadline }) => {
      const claim = { owner: parseOwner(owner), deadline, created: deadline - LONGEST_APPLY_SECONDS }
      return owner === ended || verdictOf(claim, witnessNow()).kind === 'orphan'
    },
  }
}

const WORDS: Record<ApplyEnd, string> = {
  completed: 'completed',
  'taken back': 'taken back',
  gone: 'nothing is left to take back, the workspace was cleaned since',
}

/** What the task is to work on has no half of another task's changes (RUN-8: log and record say so). */
export async function recoverBefore({ paths, owner }: Run): Promise<Pick<Facts, 'cleanup'>> {
  const { removed, failed } = await recoverWorkspace(paths.workspace, applierOf(owner, paths))
  for (const failure of failed) runner.warning(failure, 'ACODE-CTN-010')
  return { cleanup: { orphans: removed, failed } }
}

/**
 * Brings changes that a killed main was applying to the workspace to all or none, before any work on it.
 * @returns for the record, what was ended, or why it could not be
 */
export async function recoverWorkspace(
  workspace: string,
  applier: Applier,
): Promise<{ removed: string[]; failed: string[] }> {
  try {
    const end = await endDeadApply(workspace, applier)
    if (end === null) return { removed: [], failed: [] }
    const what = `changes that a killed task was applying to ${workspace}: ${WORDS[end]}`
    runner.info(`Found ${what}`)
    return { removed: [what], failed: [] }
  } catch (error) {
    return { removed: [], failed: [messageOf(error)] }
  }
}

import type { Docker } from '../../engine/docker.ts'
import { type EngineError, isRefusal } from '../../engine/errors.ts'
import { sentence, TaskError } from '../../errors.ts'
import { warning } from '../../github/runner.ts'
import { findDoubts, findManaged, gatherEvidence, type Managed, witnessNow } from '../../ownership/managed.ts'
import { type Verdict, verdictOf } from '../../ownership/orphans.ts'
import { removeContainer } from '../../ownership/remove.ts'
import { removeOwned } from '../../ownership/remove-owned.ts'
import { type ContainerPlan, createArguments } from '../arguments.ts'

/** The engine does not see a file that was to be mounted: it is on another machine, or in another container. */
export class UnseenMountError extends Error {
  override readonly name = 'UnseenMountError'
}

/**
 * Creates the container and gives its id. What an earlier try of the same task left under its name is removed
 * before (CTN-3); a namesake whose owner lives is not touched (CTN-12).
 * @throws TaskError ACODE-CTN-001, -003, -005
 * @throws UnseenMountError
 */
export async function createContainer(docker: Docker, plan: ContainerPlan): Promise<string> {
  const env = { ...process.env, ...plan.environment.cliEnvironment }
  for (let tries = 1; ; tries++) {
    try {
      return await docker.createByOptions(createArguments(plan), { env })
    } catch (error) {
      if (!isRefusal(error)) throw error
      if (error.reason === 'mount-unseen') throw new UnseenMountError(error.message)
      if (error.reason !== 'conflict' || tries === MOST_TRIES) throw createError(plan, error)
      await removeEarlierTry(docker, plan.name)
    }
  }
}

/** Of two that find the same dead namesake one is second, and then meets the first one's container. */
const MOST_TRIES = 3

function createError(plan: ContainerPlan, error: EngineError): TaskError {
  const what = `The container ${plan.name} could not be created from ${plan.image.reference}`
  return new TaskError('ACODE-CTN-003', `${what}: ${reasonOf(error)}`, { cause: error })
}

function reasonOf({ reason, message }: EngineError): string {
  const said = sentence(message)
  if (reason === 'disk-full')
    return `the engine’s disk is full: ${said} Free space there, for instance with: docker system prune`
  if (reason === 'no-init')
    return `${said} Install the engine’s init (catatonit for Podman), or set init: false.`
  return `${said} Correct the option that the engine names; a re-run with debug logging shows the whole command.`
}

/** Removes a dead namesake. One that is gone meanwhile is fine. */
async function removeEarlierTry(docker: Docker, name: string): Promise<void> {
  const found = await findManaged(docker, name)
  const isOurs = found !== null && (await findDoubts(docker, [found])).size === 0
  if (!isOurs && (await docker.containers.find(name)) === null) return
  const { claim, verdict } = isOurs ? await judgeNow(docker, found) : NONE_OF_OURS
  if (claim !== null && verdict.kind === 'orphan') {
    // With its volumes, and helpers that read them: nothing else removes what this name's container has.
    const left = claim.owner ? await removeOwned(docker, claim.owner) : null
    // What else failed is still there: this removal, or the next start's, reports it.
    for (const failure of left?.notRestored ?? []) warning(failure, 'ACODE-CTN-002')
    await removeContainer(docker, claim.id, name)
    return
  }
  const why =
    verdict.kind === 'unproven'
      ? `it cannot be proven dead: ${verdict.reason}`
      : `its owner, process ${claim?.owner?.pid}, is alive`
  throw new TaskError(
    'ACODE-CTN-001',
    `The container ${name} already exists and ${why}. Two tasks of one session need different task-ids; ` +
      `if nothing of it is still wanted, remove it with: docker rm --force --volumes ${name}`,
  )
}

const NONE_OF_OURS = {
  claim: null,
  verdict: { kind: 'unproven', reason: 'it is none of this action’s, or has its labels from its image' },
} as const

async function judgeNow(docker: Docker, found: Managed): Promise<{ claim: Managed; verdict: Verdict }> {
  const { claims, witness } = await gatherEvidence(docker, [found], witnessNow())
  const [claim = found] = claims
  return { claim, verdict: verdictOf(claim, witness) }
}

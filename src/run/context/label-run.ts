import { isLimited } from '../../egress/policy.ts'
import { BOUNDS } from '../../engine/transport/call.ts'
import { jobFacts, type LabelFacts } from '../../ownership/labels.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import { VERSION } from '../../version.ts'
import type { Run } from './open-run.ts'

/**
 * Time that engine and post step may take in addition to the task's before others may call what is left orphans: to
 * fill and to read workspace and control folder with every call just within its bound.
 */
const DEADLINE_MARGIN_SECONDS = (5 * BOUNDS.change + 5 * BOUNDS.transfer) / 1000

/** What its image may take before the task starts. Toolchains may have to be composed. */
const imageSeconds = ({ image, build, setup }: ContainerSpec): number =>
  (BOUNDS.pull + (image !== undefined && build === undefined && setup === undefined ? 0 : BOUNDS.build)) /
  1000

/**
 * What the labels of everything say that this run makes. Their deadline counts from now on.
 * @param ownContainer the container in which we run ourselves, as the engine names it; null: in none of its
 */
export function labelRun(
  { identity, taskId, owner, env }: Pick<Run, 'identity' | 'taskId' | 'owner' | 'env'>,
  spec: ContainerSpec,
  ownContainer: string | null,
): LabelFacts {
  const { timeoutSeconds, stopGraceSeconds, maxContainers, services, egress } = spec
  const ready = Object.values(services).map((service) => service.ready.timeout)
  // It may wait for its turn as long as it may run, and for addresses of a network that it cannot do without.
  const reasons = [maxContainers !== undefined, ready.length > 0 || isLimited(egress)]
  const waits = reasons.filter((isWaiting) => isWaiting).length
  const waitSeconds = waits * timeoutSeconds + Math.max(0, ...ready) + imageSeconds(spec)
  const seconds = waitSeconds + timeoutSeconds + stopGraceSeconds + DEADLINE_MARGIN_SECONDS
  return {
    session: identity.session,
    task: identity.task,
    taskId: taskId ?? '',
    ...jobFacts(env),
    version: VERSION,
    owner: { ...owner, container: ownContainer },
    deadline: Math.ceil(Date.now() / 1000 + seconds),
  }
}

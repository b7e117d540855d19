import { createArguments } from '../container/arguments.ts'
import { summarizeCommand } from '../container/command.ts'
import type { TaskFacts } from '../container/facts/gather-facts.ts'
import { limitsInRecord } from '../container/options/recorded-limits.ts'
import type { TaskPlan } from '../container/plan-container.ts'
import { type EngineMode, isRootless } from '../engine/rootless.ts'
import { shellLine } from '../engine/transport/observer.ts'
import { formatBytes, formatSeconds } from '../formats/units.ts'
import * as runner from '../github/runner.ts'
import type { PlanFacts } from '../record/facts.ts'
import type { Redaction } from '../streams/redact.ts'

/** What a record says of a plan. */
export function planFacts(
  { container }: TaskPlan,
  { spec, image }: TaskFacts,
  engine: EngineMode,
  redaction: Redaction,
): PlanFacts {
  return {
    commandSummary: summarizeCommand(container.command, redaction),
    user: nameOfUser(spec.user, image.user, container.user.option),
    profile: spec.profile,
    network: container.network.name,
    caches: container.caches,
    limits: limitsInRecord(spec.resources, engine),
  }
}

/** The user as the task or its image names it, which says more than its numbers. */
function nameOfUser(asked: string, imageUser: string, numbers: string): string {
  if (asked === 'runner') return numbers
  return asked === 'image' ? imageUser || 'root' : asked
}

const networkNote = ({ hidesMetadata, isInternal }: TaskPlan['container']['network']): string =>
  isInternal ? ', which leads nowhere' : hidesMetadata ? ', the metadata address hidden' : ''

/**
 * Puts a plan into the log before the engine is asked for it.
 * @param topology where runner and engine are
 */
export function logPlan(
  { container, foldersBy }: TaskPlan,
  facts: TaskFacts,
  planned: PlanFacts,
  topology: string,
): void {
  const { spec, image, workspace, runner: user } = facts
  const { network, caches, name } = container
  runner.group(`${name} from ${image.reference}`, [
    `engine     ${topology}`,
    `image      ${image.digest ?? image.id} (${image.platform}, ${formatBytes(image.bytes)})`,
    `workspace  ${workspace.method} (${workspace.reason}) at ${workspace.path}`,
    `network    ${network.name}${networkNote(network)}`,
    `user       ${planned.user}${isRootless(user) ? ' of a rootless engine' : ''}, profile ${spec.profile}, control folder by ${foldersBy}`,
    ...caches.map((cache) => `cache      ${cache.name} at ${cache.target} (volume ${cache.volume})`),
    `timeout    ${formatSeconds(spec.timeoutSeconds)}`,
  ])
  if (runner.isDebug()) runner.debug(`The container is created by: ${shellLine(createArguments(container))}`)
}

import { authorityText, targetOf } from '../../egress/hosts.ts'
import { type AllowedRow, type DeniedRow, type EgressReport, neededLines } from '../../egress/ledger.ts'
import type { Egress } from '../../egress/policy.ts'
import { formatBytes } from '../../formats/units.ts'
import * as runner from '../../github/runner.ts'
import type { Facts } from '../../record/facts.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import type { ChosenNetwork } from './choose-network.ts'

/** Puts into the log where a task went and where it was kept from, and gives it for the record. A task without limits has nothing to say. */
export function reportEgress(
  { egress }: Pick<ContainerSpec, 'egress'>,
  { limited }: ChosenNetwork,
): Pick<Facts, 'egress'> {
  if (limited === null) return {}
  const report = limited.proxy?.report() ?? NOTHING
  if (report.allowed.length > 0) runner.group('Egress', logLines(report))
  if (egress === 'audit' && report.allowed.length > 0)
    runner.notice(
      `All that this task reached is allowed by these lines of egress:\n${neededLines(report).join('\n')}`,
      'Egress',
    )
  const denied = deniedText(report)
  if (denied !== null) runner.warning(denied, 'Egress')
  return { egress: { mode: egressMode(egress), ...report } }
}

const NOTHING: EgressReport = { allowed: [], denied: [], furtherAllowed: 0, furtherDenied: 0 }

const egressMode = (egress: Egress): 'none' | 'audit' | 'list' =>
  egress === 'none' || egress === 'audit' ? egress : 'list'

const MOST_LINES = 20

function logLines({ allowed, furtherAllowed }: EgressReport): string[] {
  const rest = allowed.slice(MOST_LINES).reduce((sum, { count }) => sum + count, furtherAllowed)
  return [
    ...allowed.slice(0, MOST_LINES).map(allowedLine),
    ...(rest === 0 ? [] : [`and ${rest} more, in run.json as far as there is room`]),
  ]
}

const allowedLine = ({ count, sentBytes, receivedBytes, ...row }: AllowedRow): string =>
  `${authorityText(targetOf(row))}  ${times(count)}, ${formatBytes(sentBytes)} sent, ${formatBytes(receivedBytes)} received`

/** What a warning says of denied hosts, with the lines to add; null when there are none. */
export function deniedText({ denied, furtherDenied }: EgressReport): string | null {
  if (denied.length === 0) return null
  const shown = denied.slice(0, MOST_LINES)
  const rest = denied.slice(MOST_LINES).reduce((sum, { count }) => sum + count, furtherDenied)
  const lines = [...new Set(shown.flatMap(({ line }) => (line === null ? [] : [line])))]
  return [
    'The task was kept from hosts by its egress:',
    ...shown.map(deniedLine),
    ...(rest === 0 ? [] : [`and ${rest} more`]),
    ...(lines.length === 0 ? [] : ['To allow them, add to egress:', ...lines]),
  ].join('\n')
}

const deniedLine = ({ count, reason, ...row }: DeniedRow): string =>
  `${authorityText(targetOf(row))} (${reason}, ${times(count)})`

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`)

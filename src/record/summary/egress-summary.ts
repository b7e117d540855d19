import { authorityText, targetOf } from '../../egress/hosts.ts'
import { neededLines } from '../../egress/ledger.ts'
import { escapeCell, fenced, folded } from '../../formats/markdown.ts'
import { formatBytes } from '../../formats/units.ts'
import type { RecordedEgress, RunRecord } from '../run-record.ts'

/** What a summary names of the hosts of a task. */
const MOST_ROWS = 20

/** What a summary says of where a task went, and where it was kept from. */
export function egressPart({ egress }: Pick<RunRecord, 'egress'>): string {
  if (egress === undefined) return ''
  const { allowed, denied } = egress
  const blocks = [
    denied.length === 0 ? '' : deniedPart(egress),
    egress.mode === 'audit' && allowed.length > 0
      ? `These lines of \`egress\` would do:\n\n${fenced(neededLines(egress).join('\n'))}`
      : '',
    allowed.length === 0 ? '' : folded(`Hosts reached (${allowed.length})`, allowedTable(egress)),
  ]
  return blocks.filter((block) => block !== '').join('\n\n')
}

function deniedPart({ denied }: RecordedEgress): string {
  const shown = denied.slice(0, MOST_ROWS)
  const rows = shown.map(
    ({ reason, count, line, ...row }) =>
      `| ${hostCell(row)} | ${reason} | ${count} | ${line === null ? '' : escapeCell(line)} |`,
  )
  const rest = denied.length - shown.length
  return [
    '| kept from | why | times | line that allows it |',
    '|---|---|---|---|',
    ...rows,
    ...(rest === 0 ? [] : ['', `${rest} more are in run.json.`]),
  ].join('\n')
}

function allowedTable({ allowed }: RecordedEgress): string {
  const rows = allowed
    .slice(0, MOST_ROWS)
    .map(
      ({ count, sentBytes, receivedBytes, ...row }) =>
        `| ${hostCell(row)} | ${count} | ${formatBytes(sentBytes)} | ${formatBytes(receivedBytes)} |`,
    )
  return ['| host | times | sent | received |', '|---|---|---|---|', ...rows].join('\n')
}

const hostCell = (row: { readonly host: string; readonly port: number }): string =>
  escapeCell(authorityText(targetOf(row)))

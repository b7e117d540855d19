import { shorten } from '../../formats/text.ts'
import { formatSeconds } from '../../formats/units.ts'
import type { Leg } from '../leg.ts'
import type { Span } from '../totals.ts'
import { hasAllowedFailure, isFailure, isFlaky } from '../totals.ts'
import { STATUS_WORDS } from './status-words.ts'

/** More rows than this are no picture any more in a summary; the page has them all. */
const MOST_ROWS = 40
/** Tasks of which it is not known when they ran, at the end of the picture. */
const MOST_MISSING = 10

/** A picture of the parallel run for Mermaid, and how many of the tasks are in it. */
interface Gantt {
  readonly text: string
  readonly shown: number
}

/**
 * The run as a Mermaid gantt; tasks without a time are milestones at its end. Of many tasks, those are shown that matter: the failed ones, then the longest.
 * https://mermaid.js.org/syntax/gantt.html
 */
export function ganttOf(spans: readonly Span[], others: readonly Leg[] = []): Gantt | null {
  if (spans.length === 0) return null
  const length = ({ start, end }: Span) => end - start
  const important = spans
    .toSorted(
      (one, other) =>
        Number(isFailure(other.leg)) - Number(isFailure(one.leg)) || length(other) - length(one),
    )
    .slice(0, MOST_ROWS)
  const rows = spans.filter((span) => important.includes(span)).map(rowOf)
  const last = Math.max(...spans.map(({ end }) => end))
  const missing = others
    .slice(0, MOST_MISSING)
    .map(
      (leg, index) => `  ◇ ${plain(leg.id)} ${STATUS_WORDS[leg.status]} :milestone, m${index}, ${last}, 0d`,
    )
  const head = ['gantt', '  dateFormat x', '  axisFormat %H:%M:%S']
  return { text: [...head, ...rows, ...missing].join('\n'), shown: rows.length }
}

function rowOf({ leg, start, end }: Span, index: number): string {
  const kind = kindOf(leg)
  const flaky = isFlaky(leg) ? ' flaky' : ''
  const status = leg.status === 'succeeded' ? '' : ` ${STATUS_WORDS[leg.status]}`
  // Mermaid draws nothing of a bar without length.
  return `  ${kind.sign} ${plain(leg.id)}${status}${flaky} (${formatSeconds((end - start) / 1000)}) :${kind.tag}, t${index}, ${start}, ${Math.max(end, start + 1)}`
}

function kindOf(leg: Leg): { readonly sign: string; readonly tag: string } {
  if (isFailure(leg)) return { sign: '✗', tag: 'crit' }
  if (isFlaky(leg)) return { sign: '↻', tag: 'active' }
  return { sign: hasAllowedFailure(leg) ? '✗' : '✓', tag: 'done' }
}

/** Only what Mermaid takes for text; what it reads at the start of a line (`section`, `click`) has a sign before it. */
const plain = (id: string): string => shorten(id.replace(/[^\p{L}\p{N}._/ -]+/gu, '·'), 60)

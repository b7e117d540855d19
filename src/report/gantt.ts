import { shorten } from '../formats/text.ts'
import { formatSeconds } from '../formats/units.ts'
import type { Span } from './totals.ts'
import { isAllowed, isFailure } from './totals.ts'

/** More rows than this are no picture any more in a summary; the page has them all. */
const MOST_ROWS = 40

/** A picture of the parallel run for Mermaid, and how many of the tasks are in it. */
export interface Gantt {
  readonly text: string
  readonly shown: number
}

/**
 * The run as a Mermaid gantt. Of many tasks, those are shown that matter: the failed ones, then the longest.
 * https://mermaid.js.org/syntax/gantt.html
 */
export function ganttOf(spans: readonly Span[]): Gantt | null {
  if (spans.length === 0) return null
  const length = ({ start, end }: Span) => end - start
  const important = spans
    .toSorted(
      (one, other) =>
        Number(isFailure(other.leg)) - Number(isFailure(one.leg)) || length(other) - length(one),
    )
    .slice(0, MOST_ROWS)
  const rows = spans.filter((span) => important.includes(span)).map(rowOf)
  const head = ['gantt', '  dateFormat x', '  axisFormat %H:%M:%S']
  return { text: [...head, ...rows].join('\n'), shown: rows.length }
}

function rowOf({ leg, start, end }: Span, index: number): string {
  const tag = isFailure(leg) ? 'crit' : 'done'
  const status = leg.status === 'succeeded' ? '' : ` ${leg.status}`
  // Mermaid draws nothing of a bar without length.
  return `  ${isFailure(leg) || isAllowed(leg) ? '✗' : '✓'} ${plain(leg.id)}${status} (${formatSeconds((end - start) / 1000)}) :${tag}, t${index}, ${start}, ${Math.max(end, start + 1)}`
}

/** Only what Mermaid takes for text; what it reads at the start of a line (`section`, `click`) has a sign before it. */
const plain = (id: string): string => shorten(id.replace(/[^\p{L}\p{N}._/ -]+/gu, '·'), 60)

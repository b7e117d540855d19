import { shorten } from '../../formats/text.ts'
import { formatSeconds } from '../../formats/units.ts'
import { PHASES } from '../../record/phases.ts'
import type { RunRecord } from '../../record/run-record.ts'
import type { Leg, LegStatus } from '../leg.ts'
import { isFlaky, type Span } from '../totals.ts'
import { escapeMarkup } from './markup.ts'
import { statusOf } from './status-words.ts'
import { clock, type Layout, layoutOf, ROW, ticksOf, WIDTH } from './svg-layout.ts'
import { signOfLeg } from './words.ts'

const AXIS = 28
/** Boxes of tasks that have no time, in a row of a picture without names before its rows. */
const BOXES = 8

/**
 * The parallel run as a picture: a bar for each task, what is not its command's own time in a lighter colour, before
 * it a line for how long it waited; tasks without a time are boxes below. Of many tasks it shows how full the runners
 * were; the names are in the bars as far as they fit, and under the pointer.
 * @param others tasks of which it is not known when they ran
 */
export function svgOf(spans: readonly Span[], others: readonly Leg[] = []): string {
  const layout = layoutOf(spans, others.length)
  const start = Math.min(...spans.map((span) => span.start))
  const seconds = Math.max(0.001, ...spans.map(({ end }) => (end - start) / 1000))
  const used = Math.max(-1, ...layout.rows) + 1
  const below = layout.isPacked ? Math.ceil(others.length / BOXES) : others.length
  const height = AXIS + (used + below) * ROW + 8
  const chart = WIDTH - layout.left - layout.right
  const at = (second: number) => layout.left + (second / seconds) * chart
  const bars = spans.map((span, index) => {
    const from = at((span.start - start) / 1000)
    const width = Math.max(2, at((span.end - start) / 1000) - from)
    const waited = (span.start - start) / 1000
    return bar(span, { from, width, waited, top: AXIS + (layout.rows[index] ?? 0) * ROW }, layout)
  })
  const boxes = others.map((leg, index) => box(leg, index, AXIS + used * ROW, layout))
  return `<svg xmlns="http://www.w3.org/2000/svg" class="timeline" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Timeline of ${spans.length + others.length} tasks">
<style>${STYLE}</style>
${ticksOf(seconds)
  .map((second) => tick(second, at(second), height))
  .join('\n')}
${[...bars, ...boxes].join('\n')}
</svg>
`
}

const tick = (second: number, x: number, height: number): string =>
  `<line class="grid" x1="${x.toFixed(1)}" x2="${x.toFixed(1)}" y1="${AXIS - 6}" y2="${height}"/>` +
  `<text class="tick" x="${x.toFixed(1)}" y="${AXIS - 12}">${clock(second)}</text>`

const text = (kind: string, x: number, middle: number, words: string): string =>
  `<text class="${kind}" x="${x.toFixed(1)}" y="${middle}">${escapeMarkup(words)}</text>`

/** What a letter within a bar takes at most. */
const LETTER = 6.5
const LONGEST_NAME = 32

/** No colour alone says how a task ended. */
const named = (leg: Leg, longest: number): string => `${signOfLeg(leg)} ${shorten(leg.id, longest)}`

interface Place {
  readonly from: number
  readonly width: number
  readonly top: number
  /** Seconds since the first task started. */
  readonly waited: number
}

function bar({ leg, start, end }: Span, { from, width, top, waited }: Place, layout: Layout): string {
  const length = formatSeconds((end - start) / 1000)
  const waiting = waited < 1 ? '' : `, after ${formatSeconds(waited)}`
  const run = leg.record ? runWithin(leg.record) : null
  const middle = top + ROW / 2
  const rect = (kind: string, x: number, wide: number) =>
    `<rect class="${kind} ${barKind(leg)}" x="${x.toFixed(1)}" y="${top + 2}" width="${Math.max(1, wide).toFixed(1)}" height="${ROW - 4}" rx="3"/>`
  const inside = Math.floor((width - 8) / LETTER) - 3
  const words = layout.isPacked
    ? [inside >= 3 ? text('inside', from + 4, middle, named(leg, inside)) : '']
    : [
        text('name', layout.left - 8, middle, named(leg, LONGEST_NAME)),
        text('length', from + width + 5, middle, `${length}${waiting}`),
        waited < 1
          ? ''
          : `<line class="wait" x1="${layout.left}" x2="${from.toFixed(1)}" y1="${middle}" y2="${middle}"/>`,
      ]
  return [
    `<g><title>${escapeMarkup(`${leg.id}: ${statusOf(leg)}, ${length}${waiting}`)}</title>`,
    rect('whole', from, width),
    run ? rect('run', from + run.from * width, run.share * width) : '',
    ...words,
    '</g>',
  ].join('')
}

/** A task of which nothing is known but that there should be one. */
function box(leg: Leg, index: number, first: number, layout: Layout): string {
  const chart = WIDTH - layout.left - layout.right
  const width = layout.isPacked ? chart / BOXES - 6 : chart
  const left = layout.isPacked ? layout.left + (index % BOXES) * (chart / BOXES) : layout.left
  const top = first + (layout.isPacked ? Math.floor(index / BOXES) : index) * ROW
  const middle = top + ROW / 2
  const words = layout.isPacked
    ? text('label', left + 4, middle, named(leg, Math.floor(width / LETTER) - 4))
    : text('name', left - 8, middle, named(leg, LONGEST_NAME)) +
      text('label', left + 6, middle, statusOf(leg))
  return `<g><title>${escapeMarkup(`${leg.id}: ${statusOf(leg)}`)}</title><rect class="none" x="${left.toFixed(1)}" y="${top + 2}" width="${width.toFixed(1)}" height="${ROW - 4}" rx="3"/>${words}</g>`
}

/** Where in a task's time its command ran, as parts of one. */
function runWithin({ phases, durationSeconds }: RunRecord): { from: number; share: number } | null {
  const whole = (durationSeconds ?? 0) * 1000
  const run = phases.run
  if (run === undefined || whole <= 0) return null
  const before = PHASES.slice(0, PHASES.indexOf('run')).reduce((sum, phase) => sum + (phases[phase] ?? 0), 0)
  const from = Math.min(1, before / whole)
  return { from, share: Math.min(1 - from, run / whole) }
}

/** What a bar is drawn as: its status, but for what passed only when it was tried again. */
export const barKind = (leg: Leg): LegStatus | 'flaky' => (isFlaky(leg) ? 'flaky' : leg.status)

type Coloured = Exclude<ReturnType<typeof barKind>, 'missing' | 'invalid' | 'skipped'>

/** The colour of each kind; when there is none, a task has no bar. */
export const COLOURS: Readonly<Record<Coloured, string>> = {
  succeeded: '#2da44e',
  flaky: '#9a8700',
  failed: '#cf222e',
  'timed-out': '#bf8700',
  'out-of-memory': '#8250df',
  error: '#bc4c00',
  cancelled: '#6e7781',
}

const STYLE = `
text{font:12px -apple-system,"Segoe UI",Helvetica,Arial,sans-serif;fill:#1f2328;dominant-baseline:central}
.name{text-anchor:end}.inside{font-size:10px;fill:#fff}.tick{text-anchor:middle;fill:#59636e;font-size:11px}.length,.label{fill:#59636e;font-size:11px}
.grid{stroke:#d0d7de;stroke-width:1}.wait{stroke:#8c959f;stroke-width:2;stroke-dasharray:1 4;stroke-linecap:round}.whole{opacity:.35}
.none{fill:none;stroke:#8c959f;stroke-dasharray:4 3}
${Object.entries(COLOURS)
  .map(([status, colour]) => `.${status}{fill:${colour}}`)
  .join('')}
@media (prefers-color-scheme:dark){.name{fill:#e6edf3}.tick,.length,.label{fill:#9198a1}.grid{stroke:#30363d}}
`.replaceAll('\n', '')

import { shorten } from '../formats/text.ts'
import { formatSeconds } from '../formats/units.ts'
import { PHASES, type RunRecord } from '../record/run-record.ts'
import type { LegStatus } from './leg.ts'
import { escapeMarkup } from './markup.ts'
import type { Span } from './totals.ts'

const WIDTH = 1000
const AXIS = 28
const ROW = 22

/** Where the bars are: each in its own row with its name before it, or many in one. */
interface Layout {
  /** The row of each task. */
  readonly rows: readonly number[]
  readonly left: number
  readonly right: number
  readonly isPacked: boolean
}

/** Of more tasks than this, those that did not run at the same time share a row. */
const MOST_ROWS = 60

/** Seconds between two lines of the axis: the least that leaves at most eight of them. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400]

/**
 * The parallel run as a picture: a bar for each task, what is not its command's own time in a lighter colour. Of many
 * tasks it shows how full the runners were; the names are in the bars as far as they fit, and under the pointer.
 */
export function svgOf(spans: readonly Span[]): string {
  const layout = layoutOf(spans)
  const start = Math.min(...spans.map((span) => span.start))
  const seconds = Math.max(0.001, ...spans.map(({ end }) => (end - start) / 1000))
  const height = AXIS + (Math.max(...layout.rows) + 1) * ROW + 8
  const chart = WIDTH - layout.left - layout.right
  const at = (second: number) => layout.left + (second / seconds) * chart
  const bars = spans.map((span, index) => {
    const from = at((span.start - start) / 1000)
    const width = Math.max(2, at((span.end - start) / 1000) - from)
    return bar(span, from, width, AXIS + (layout.rows[index] ?? 0) * ROW, layout)
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Timeline of ${spans.length} tasks">
<style>${STYLE}</style>
${axis(seconds, at, height)}
${bars.join('\n')}
</svg>
`
}

function layoutOf(spans: readonly Span[]): Layout {
  if (spans.length <= MOST_ROWS) return { rows: [...spans.keys()], left: 230, right: 90, isPacked: false }
  const free: number[] = []
  const rows = spans.map(({ start, end }) => {
    const row = free.findIndex((since) => since <= start)
    const own = row === -1 ? free.length : row
    free[own] = end
    return own
  })
  return { rows, left: 20, right: 20, isPacked: true }
}

function axis(seconds: number, at: (second: number) => number, height: number): string {
  const step = STEPS.find((one) => seconds / one <= 8) ?? Math.ceil(seconds / 8)
  const lines: string[] = []
  for (let second = 0; second <= seconds; second += step) {
    const x = at(second).toFixed(1)
    lines.push(`<line class="grid" x1="${x}" x2="${x}" y1="${AXIS - 6}" y2="${height}"/>`)
    lines.push(`<text class="tick" x="${x}" y="${AXIS - 12}">${clock(second)}</text>`)
  }
  return lines.join('\n')
}

/** `0:05`, `12:00`, `1:02:00`. */
function clock(second: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes, rest] = [
    Math.floor(second / 3600),
    Math.floor(second / 60) % 60,
    Math.floor(second % 60),
  ]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}

function bar({ leg, start, end }: Span, from: number, width: number, top: number, layout: Layout): string {
  const length = formatSeconds((end - start) / 1000)
  const run = leg.record ? runWithin(leg.record) : null
  const middle = top + ROW / 2
  const rect = (kind: string, x: number, wide: number) =>
    `<rect class="${kind} ${leg.status}" x="${x.toFixed(1)}" y="${top + 2}" width="${Math.max(1, wide).toFixed(1)}" height="${ROW - 4}" rx="3"/>`
  const text = (kind: string, x: number, words: string) =>
    `<text class="${kind}" x="${x.toFixed(1)}" y="${middle}">${escapeMarkup(words)}</text>`
  const inside = Math.floor((width - 8) / LETTER)
  const names = layout.isPacked
    ? [inside >= 3 ? text('inside', from + 4, shorten(leg.id, inside)) : '']
    : [text('name', layout.left - 8, shorten(leg.id, 34)), text('length', from + width + 5, length)]
  return [
    `<g><title>${escapeMarkup(`${leg.id}: ${leg.status}, ${length}`)}</title>`,
    rect('whole', from, width),
    run ? rect('run', from + run.from * width, run.share * width) : '',
    ...names,
    '</g>',
  ].join('')
}

/** What a letter within a bar takes at most. */
const LETTER = 6.5

/** Where in a task's time its command ran, as parts of one. */
function runWithin({ phases, durationSeconds }: RunRecord): { from: number; share: number } | null {
  const whole = (durationSeconds ?? 0) * 1000
  const run = phases.run
  if (run === undefined || whole <= 0) return null
  const before = PHASES.slice(0, PHASES.indexOf('run')).reduce((sum, phase) => sum + (phases[phase] ?? 0), 0)
  const from = Math.min(1, before / whole)
  return { from, share: Math.min(1 - from, run / whole) }
}

const COLOURS: Readonly<Record<Exclude<LegStatus, 'missing' | 'invalid' | 'skipped'>, string>> = {
  succeeded: '#2da44e',
  failed: '#cf222e',
  'timed-out': '#d4a72c',
  'out-of-memory': '#8250df',
  error: '#bc4c00',
  cancelled: '#8c959f',
}

const STYLE = `
text{font:12px -apple-system,"Segoe UI",Helvetica,Arial,sans-serif;fill:#1f2328;dominant-baseline:central}
.name{text-anchor:end}.inside{font-size:10px;fill:#fff}.tick{text-anchor:middle;fill:#656d76;font-size:11px}.length{fill:#656d76;font-size:11px}
.grid{stroke:#d0d7de;stroke-width:1}.whole{opacity:.35}
${Object.entries(COLOURS)
  .map(([status, colour]) => `.${status}{fill:${colour}}`)
  .join('')}
@media (prefers-color-scheme:dark){.name{fill:#e6edf3}.tick,.length{fill:#8b949e}.grid{stroke:#30363d}}
`.replaceAll('\n', '')

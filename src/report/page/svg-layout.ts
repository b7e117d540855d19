import type { Span } from '../totals.ts'

/** The width of the picture, in its own units. */
export const WIDTH = 1000
/** The height of a row. */
export const ROW = 22

/** Where the bars are: each in its own row with its name before it, or many in one. */
export interface Layout {
  /** The row of each span. */
  readonly rows: readonly number[]
  readonly left: number
  readonly right: number
  readonly isPacked: boolean
}

/** Of more tasks than this, those that did not run at the same time share a row. */
const MOST_ROWS = 60

/** The rows of the spans; `others` is how many tasks have no span, and a row each where there is room. */
export function layoutOf(spans: readonly Span[], others: number): Layout {
  if (spans.length + others <= MOST_ROWS)
    return { rows: [...spans.keys()], left: 240, right: 150, isPacked: false }
  const free: number[] = []
  const rows = spans.map(({ start, end }) => {
    const row = free.findIndex((since) => since <= start)
    const own = row === -1 ? free.length : row
    free[own] = end
    return own
  })
  return { rows, left: 20, right: 20, isPacked: true }
}

/** Seconds between two lines of the axis: the least that leaves at most eight of them. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400]

/** The seconds that the axis of a run has lines at. */
export function ticksOf(seconds: number): number[] {
  const step = STEPS.find((one) => seconds / one <= 8) ?? Math.ceil(seconds / 8)
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => index * step)
}

/** `0:05`, `12:00`, `1:02:00`. */
export function clock(second: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(second / 3600)
  const minutes = Math.floor(second / 60) % 60
  const rest = two(Math.floor(second % 60))
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`
}

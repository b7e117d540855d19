/** The middle of the figures; NaN of none. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** `  12 ms`. */
export const ms = (milliseconds: number): string => `${String(Math.round(milliseconds)).padStart(5)} ms`

/** `(10 to 14)`. */
export const range = (figures: readonly number[]): string =>
  `(${Math.round(Math.min(...figures))} to ${Math.round(Math.max(...figures))})`

/** A line of a report: what, and its figure. */
export const line = (what: string, figure: string, more = ''): void =>
  console.log(`  ${what.padEnd(44)} ${figure}  ${more}`.trimEnd())

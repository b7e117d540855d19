import { isAllowedFailure } from '../record/derived.ts'
import type { Leg, LegStatus } from './leg.ts'

/** The run of all legs in numbers. */
export interface Totals {
  readonly total: number
  /** Those too whose jobs succeeded and whose records did not arrive. */
  readonly passed: number
  /** Failed tasks that may fail. */
  readonly allowed: number
  /** All that neither passed, nor was skipped, nor is allowed. */
  readonly failed: number
  readonly skipped: number
  /** Of those that passed: only when they were tried again. */
  readonly flaky: number
  readonly byStatus: ReadonlyMap<LegStatus, number>
  /** Seconds from the first start to the last end. */
  readonly wallSeconds: number
  /** Seconds of all tasks together. */
  readonly workSeconds: number
  /** How many ran at once, at most. */
  readonly widest: number
}

/** When a leg ran, in milliseconds of the epoch; null when that is not known. */
export interface Span {
  readonly leg: Leg
  readonly start: number
  readonly end: number
}

/** True when a leg counts as a failure of the run. */
export const isFailure = (leg: Leg): boolean =>
  leg.status !== 'succeeded' && leg.status !== 'skipped' && !leg.jobSucceeded && !hasAllowedFailure(leg)

/** True when a task failed that may (`allow-failure`). */
export const hasAllowedFailure = ({ record }: Leg): boolean => record !== null && isAllowedFailure(record)

/** True when a task passed only when it was tried again (`retry`). */
export const isFlaky = ({ record }: Leg): boolean => record?.flaky === true

/** The legs that ran, in the order of their starts. */
export function spansOf(legs: readonly Leg[]): Span[] {
  return legs
    .flatMap((leg) => {
      if (!leg.record?.finishedAt || leg.status === 'skipped') return []
      const start = Date.parse(leg.record.startedAt)
      return [{ leg, start, end: Math.max(start, Date.parse(leg.record.finishedAt)) }]
    })
    .toSorted((one, other) => one.start - other.start || one.end - other.end)
}

/** The legs that should have run, and of which it is not known when they did. */
export function withoutSpan(legs: readonly Leg[]): Leg[] {
  const placed = new Set(spansOf(legs).map(({ leg }) => leg))
  return legs.filter((leg) => leg.status !== 'skipped' && !placed.has(leg))
}

/** Counts the legs and their time. */
export function totalsOf(legs: readonly Leg[]): Totals {
  const byStatus = new Map<LegStatus, number>()
  for (const { status } of legs) byStatus.set(status, (byStatus.get(status) ?? 0) + 1)
  const spans = spansOf(legs)
  const first = Math.min(...spans.map(({ start }) => start))
  const last = Math.max(...spans.map(({ end }) => end))
  return {
    total: legs.length,
    passed: legs.filter(({ status, jobSucceeded }) => status === 'succeeded' || jobSucceeded).length,
    allowed: legs.filter(hasAllowedFailure).length,
    failed: legs.filter(isFailure).length,
    skipped: byStatus.get('skipped') ?? 0,
    flaky: legs.filter(isFlaky).length,
    byStatus,
    wallSeconds: spans.length === 0 ? 0 : (last - first) / 1000,
    workSeconds: spans.reduce((sum, { start, end }) => sum + (end - start) / 1000, 0),
    widest: widestOf(spans),
  }
}

function widestOf(spans: readonly Span[]): number {
  const turns = spans.flatMap(({ start, end }) => [
    { at: start, by: 1 },
    { at: end, by: -1 },
  ])
  let running = 0
  let widest = 0
  // One that ends when another starts has ended.
  for (const { by } of turns.toSorted((one, other) => one.at - other.at || one.by - other.by)) {
    running += by
    widest = Math.max(widest, running)
  }
  return widest
}

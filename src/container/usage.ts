import { type CgroupReading, type CgroupUsage, readCgroup } from '../host/cgroup.ts'
import { type UsageSamples, UsageSeries } from './usage-series.ts'

/** Reads a container's counters while it runs. The peaks only grow, so the last reading is the best one. */
export interface UsageMeter {
  /** The last reading; null while there was none. */
  latest(): LastReading | null
  /** What was read so far, from the first reading on; null where there was none. */
  samples(): UsageSamples | null
  /** Ends the readings. */
  stop(): void
}

/** The last reading of a container's counters. */
export interface LastReading extends CgroupReading {
  /** When it was made. */
  readonly at: Date
}

/** What a reading of the kernel's counters costs is a fifth of a millisecond. */
const PAUSE_MS = 50
/** A task's counters go with its control group, within hundredths of a second of its end. */
const SHORT_PAUSE_MS = 10
/** For so long the end of a task, or the start of its container, is waited for with short pauses. */
const SOON_MS = 2_000
/** By then every engine has started a container: where there were no counters, they are not on this machine. */
const STARTED_AFTER_MS = 60_000
const LONG_PAUSE_MS = 1_000

/**
 * Starts reading, as often as it takes to see the end of the task (IMG-5): what a task used is what its counters say
 * when all of its processes are gone, and engines remove them right after that.
 */
export function measureUsage(id: string): UsageMeter {
  const begun = performance.now()
  let last: LastReading | null = null
  let seenSince = 0
  let timer: NodeJS.Timeout | undefined
  const series = new UsageSeries()
  const read = () => {
    const reading = last?.isFinal ? null : readCgroup(id)
    if (reading === null) return
    if (last === null) seenSince = performance.now()
    last = { ...reading, at: new Date() }
    series.add((performance.now() - seenSince) / 1000, reading)
  }
  const pause = () => {
    const waited = performance.now() - (last === null ? begun : seenSince)
    if (waited < SOON_MS) return SHORT_PAUSE_MS
    return last !== null || waited < STARTED_AFTER_MS ? PAUSE_MS : LONG_PAUSE_MS
  }
  const schedule = () => {
    timer = setTimeout(() => {
      read()
      if (timer) schedule()
    }, pause())
  }
  schedule()
  return {
    latest: () => last,
    samples: () => (last === null ? null : series.samples),
    stop() {
      clearTimeout(timer)
      timer = undefined
    },
  }
}

/** What a task used for certain, once it has ended. */
const UNKNOWN: CgroupUsage = { peakMemoryBytes: null, cpuSeconds: null }
/** What a task does in the last moments of a long life may be missed; of a short one that may be all. */
const LATEST_MS = 2 * PAUSE_MS
const LEAST_LIFE_MS = 20 * LATEST_MS

/** How a task ended, and within what. */
export interface TaskEnd {
  readonly startedAt: Date
  readonly finishedAt: Date
  readonly oomKilled: boolean
  /** Bytes; undefined without a limit. */
  readonly memoryLimit: number | undefined
}

/**
 * What a task used: what was read when all of its processes were gone, or close enough to the end of a long one;
 * unknown otherwise. A task that was killed for its memory used all that it was let have.
 */
export function usageOf(last: LastReading | null, end: TaskEnd): CgroupUsage {
  const { cpuSeconds, peakMemoryBytes } = last !== null && isOfTheEnd(last, end) ? last : UNKNOWN
  if (!end.oomKilled) return { peakMemoryBytes, cpuSeconds }
  const { memoryLimit = null } = end
  // Without a limit of its own the machine's memory was not enough, and how much it took is not known.
  const isPlausible = peakMemoryBytes !== null && peakMemoryBytes >= (memoryLimit ?? 0)
  return { peakMemoryBytes: isPlausible ? peakMemoryBytes : memoryLimit, cpuSeconds }
}

function isOfTheEnd({ isFinal, at }: LastReading, { startedAt, finishedAt }: TaskEnd): boolean {
  if (isFinal) return true
  const life = finishedAt.getTime() - startedAt.getTime()
  return life >= LEAST_LIFE_MS && Math.abs(finishedAt.getTime() - at.getTime()) <= LATEST_MS
}

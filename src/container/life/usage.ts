import type { ContainerUsage } from '../../engine/container-usage.ts'
import { type CgroupReading, type CgroupUsage, readCgroup } from '../../host/cgroup.ts'
import { type UsageSamples, UsageSeries } from './usage-series.ts'

/** Reads a container's counters while it runs. The peaks only grow, so the last reading is the best one. */
interface UsageMeter {
  /** The last reading; null while there was none. */
  latest(): LastReading | null
  /** What was read so far, from the first reading on; null when there was none. */
  samples(): UsageSamples | null
  /** Ends the readings. */
  stop(): void
}

/** The last reading of a container's counters. */
export interface LastReading extends CgroupReading {
  /** When it was made. */
  readonly at: Date
  /** How long after it the task may end, in milliseconds, for it to be what the task used. */
  readonly holdsMs: number
}

/** Asks the engine what the container has used; null when it does not run, or the engine does not know. */
export type AskUsage = (signal: AbortSignal) => Promise<ContainerUsage | null>

/** What a reading of the kernel's counters costs is a fifth of a millisecond. */
const PAUSE_MS = 50
/** A task's counters go with its control group, within hundredths of a second of its end. */
const SHORT_PAUSE_MS = 10
/** For so long the end of a task, or the start of its container, is waited for with short pauses. */
const SOON_MS = 2_000

/** The engine is asked a fiftieth of the time that the task runs apart, within these bounds. */
const ASK_PAUSE_MS = { least: 250, most: 2_000 } as const

/**
 * Starts reading, as often as it takes to see the end of the task (IMG-5): what a task used is what its counters say
 * when all of its processes are gone, and engines remove them right after that. Where this machine does not see them
 * (the engine is elsewhere, or we are in a container), the engine is asked from the third second on: it keeps no final
 * count, so that of a task of less than ten seconds nothing is known then.
 */
export function measureUsage(id: string, ask: AskUsage): UsageMeter {
  const begun = performance.now()
  const stopped = new AbortController()
  const series = new UsageSeries()
  let last: LastReading | null = null
  /** True when the engine knew of it what this machine did not. */
  let isAsked = false
  let nextAsk = begun + SOON_MS
  let seenSince = 0
  let timer: NodeJS.Timeout | undefined
  const askEngine = async () => {
    const now = performance.now()
    if (now < nextAsk) return null
    const pause = Math.min(Math.max((now - begun) / 50, ASK_PAUSE_MS.least), ASK_PAUSE_MS.most)
    const usage = await ask(stopped.signal)
    nextAsk = performance.now() + pause
    return usage && { ...usage, isFinal: false, holdsMs: 2 * pause }
  }
  const readOnce = async (): Promise<LastReading | null> => {
    const found = isAsked ? null : readCgroup(id)
    if (found) return { ...found, at: new Date(), holdsMs: 2 * PAUSE_MS }
    const asked = last === null || isAsked ? await askEngine() : null
    isAsked ||= asked !== null
    return asked
  }
  const read = async () => {
    const reading = last?.isFinal ? null : await readOnce()
    if (reading === null) return
    if (last === null) seenSince = performance.now()
    last = reading
    series.add((performance.now() - seenSince) / 1000, reading)
  }
  const pause = () => {
    if (isAsked) return Math.max(nextAsk - performance.now(), SHORT_PAUSE_MS)
    return performance.now() - (last === null ? begun : seenSince) < SOON_MS ? SHORT_PAUSE_MS : PAUSE_MS
  }
  const schedule = () => {
    timer = setTimeout(async () => {
      await read()
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
      stopped.abort()
    },
  }
}

/** What a task used for certain, once it has ended. */
const UNKNOWN: CgroupUsage = { peakMemoryBytes: null, cpuSeconds: null }
/** What a task does in the last moments of a long life may be missed; of a short one that may be all. */
const LEAST_PART = 20

/** How a task ended, and within what. */
interface TaskEnd {
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
  // When the container has no limit, the machine's memory was not enough, and how much it took is not known.
  const isPlausible = peakMemoryBytes !== null && peakMemoryBytes >= (memoryLimit ?? 0)
  return { peakMemoryBytes: isPlausible ? peakMemoryBytes : memoryLimit, cpuSeconds }
}

function isOfTheEnd({ isFinal, at, holdsMs }: LastReading, { startedAt, finishedAt }: TaskEnd): boolean {
  if (isFinal) return true
  const life = finishedAt.getTime() - startedAt.getTime()
  return life >= LEAST_PART * holdsMs && Math.abs(finishedAt.getTime() - at.getTime()) <= holdsMs
}

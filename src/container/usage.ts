import { type CgroupUsage, readCgroup } from '../host/cgroup.ts'
import { type UsageSamples, UsageSeries } from './usage-series.ts'

/** Reads a container's counters while it runs. The peaks only grow, so the last reading is the best one. */
export interface UsageMeter {
  /** The last reading; null while there was none. */
  latest(): CgroupUsage | null
  /** What was read so far, from the first reading on; null where there was none. */
  samples(): UsageSamples | null
  /** Reads once more and ends the readings. */
  stop(): Promise<CgroupUsage>
}

const FIRST_PAUSE_MS = 20
const LONGEST_PAUSE_MS = 1_000
/** While there is nothing to read yet: a busy engine takes its time to start the container. */
const LONGEST_PAUSE_BEFORE_MS = 50
/** By then every engine has: its containers' counters are not on this machine. */
const STARTED_AFTER_MS = 60_000

/** Starts reading, often at first, so that short tasks are measured too (IMG-5). */
export function measureUsage(id: string): UsageMeter {
  const begun = performance.now()
  let last: CgroupUsage | null = null
  let timer: NodeJS.Timeout | undefined
  const series = new UsageSeries()
  let since: number | null = null
  const read = async () => {
    const usage = await readCgroup(id)
    if (usage === null) return
    last = usage
    since ??= performance.now()
    series.add((performance.now() - since) / 1000, usage)
  }
  const schedule = (pause: number) => {
    timer = setTimeout(async () => {
      await read()
      const isStarting = last === null && performance.now() - begun < STARTED_AFTER_MS
      const longest = isStarting ? LONGEST_PAUSE_BEFORE_MS : LONGEST_PAUSE_MS
      if (timer) schedule(Math.min(pause * 2, longest))
    }, pause)
  }
  schedule(FIRST_PAUSE_MS)
  return {
    latest: () => last,
    samples: () => (last === null ? null : series.samples),
    async stop() {
      clearTimeout(timer)
      timer = undefined
      await read()
      return last ?? { peakMemoryBytes: null, cpuSeconds: null }
    },
  }
}

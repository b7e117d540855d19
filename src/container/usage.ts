import { type CgroupUsage, readCgroup } from '../engine/cgroup.ts'

/** Reads a container's counters while it runs. The peaks only grow, so the last reading is the best one. */
export interface UsageMeter {
  /** Reads once more and ends the readings. */
  stop(): Promise<CgroupUsage>
}

const FIRST_PAUSE_MS = 20
const LONGEST_PAUSE_MS = 1_000

/** Starts reading, often at first, so that short tasks are measured too (IMG-5). */
export function measureUsage(id: string): UsageMeter {
  let last: CgroupUsage = { peakMemoryBytes: null, cpuSeconds: null }
  let timer: NodeJS.Timeout | undefined
  const read = async () => {
    last = (await readCgroup(id)) ?? last
  }
  const schedule = (pause: number) => {
    timer = setTimeout(async () => {
      await read()
      if (timer) schedule(Math.min(pause * 2, LONGEST_PAUSE_MS))
    }, pause)
  }
  schedule(FIRST_PAUSE_MS)
  return {
    async stop() {
      clearTimeout(timer)
      timer = undefined
      await read()
      return last
    },
  }
}

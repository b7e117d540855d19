/** What a task used over time, in steps of equal length from the first reading. */
export interface UsageSamples {
  readonly stepSeconds: number
  /** The most seen in each step; null when none was read. */
  readonly memoryBytes: readonly (number | null)[]
  /** All CPU time until the last reading of each step; null when none was read. */
  readonly cpuSeconds: readonly (number | null)[]
}

/** More steps than this are joined, two by two. */
export const MOST_STEPS = 60

interface Reading {
  readonly memoryBytes?: number | null
  readonly cpuSeconds: number | null
}

interface Step {
  memoryBytes: number | null
  cpuSeconds: number | null
}

/** Collects readings into a bounded number of steps, however long a task runs. */
export class UsageSeries {
  #stepSeconds = 1
  #steps: Step[] = []

  /** @param second since the first reading */
  add(second: number, { memoryBytes = null, cpuSeconds }: Reading): void {
    while (second >= this.#stepSeconds * MOST_STEPS) this.#join()
    const at = Math.floor(second / this.#stepSeconds)
    while (this.#steps.length <= at) this.#steps.push({ memoryBytes: null, cpuSeconds: null })
    this.#steps[at] = joined(this.#steps[at], { memoryBytes, cpuSeconds })
  }

  get samples(): UsageSamples {
    return {
      stepSeconds: this.#stepSeconds,
      memoryBytes: this.#steps.map(({ memoryBytes }) => memoryBytes),
      cpuSeconds: this.#steps.map(({ cpuSeconds }) => cpuSeconds),
    }
  }

  #join(): void {
    this.#stepSeconds *= 2
    const pairs = Math.ceil(this.#steps.length / 2)
    this.#steps = Array.from({ length: pairs }, (_, index) =>
      joined(this.#steps[2 * index], this.#steps[2 * index + 1]),
    )
  }
}

/** Of memory the most counts, of CPU time, which only grows, the last. */
function joined(one: Step | undefined, other: Step | undefined): Step {
  const memory = [one?.memoryBytes, other?.memoryBytes].filter((value) => value != null)
  return {
    memoryBytes: memory.length === 0 ? null : Math.max(...memory),
    cpuSeconds: other?.cpuSeconds ?? one?.cpuSeconds ?? null,
  }
}

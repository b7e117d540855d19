import { z } from 'zod'
import { EngineError } from './errors.ts'
import type { EngineHttp } from './transport/http.ts'

/** What a running container has used, by the engine's own reading of its counters. */
export interface ContainerUsage {
  /** Null when the kernel keeps no peak that the engine passes on (control groups v2). */
  readonly peakMemoryBytes: number | null
  readonly cpuSeconds: number
  /** In use now, caches of files included; null when the engine does not say. */
  readonly memoryBytes: number | null
  /** When the engine read it, by the engine's clock. */
  readonly at: Date
}

const ANSWER_MS = 5_000

/**
 * Asks the engine once, which is what there is where this machine does not see the control groups of containers.
 * Null when the container does not run, and when the engine does not know.
 */
export async function containerUsage(
  http: EngineHttp,
  container: string,
  signal: AbortSignal,
): Promise<ContainerUsage | null> {
  const path = `/containers/${encodeURIComponent(container)}/stats`
  // Otherwise the engine waits a second for a second reading.
  const query = { stream: false, 'one-shot': true }
  // Nothing waits for it, so that it is not reported as slow.
  const bounds = { timeoutMs: ANSWER_MS, signal, lasts: true }
  try {
    const words = ['container', 'stats', container]
    return await http.json(words, { method: 'GET', path, query }, usageSchema, bounds)
  } catch (error) {
    if (error instanceof EngineError) return null
    throw error
  }
}

const count = z.number().nonnegative().optional().catch(undefined)

const usageSchema = z
  .object({
    read: z.string(),
    memory_stats: z.object({ usage: count, max_usage: count, limit: count }).catch({}),
    cpu_stats: z.object({ cpu_usage: z.object({ total_usage: count }).catch({}) }),
  })
  .transform(({ read, memory_stats: memory, cpu_stats }): ContainerUsage | null => {
    const nanos = cpu_stats.cpu_usage.total_usage ?? 0
    const at = new Date(read)
    // An engine answers with zeros for a container that does not run.
    if (nanos === 0 || Number.isNaN(at.getTime()) || at.getTime() <= 0) return null
    return {
      peakMemoryBytes: peakOf(memory),
      cpuSeconds: nanos / 1e9,
      memoryBytes: memory.usage ?? null,
      at,
    }
  })
  // Some engines answer with their own form of error and the status of success.
  .catch(null)

/** Podman has the limit in the peak's place. */
const peakOf = ({
  max_usage: peak,
  limit,
}: {
  max_usage?: number | undefined
  limit?: number | undefined
}) => (peak !== undefined && peak > 0 && peak !== limit ? peak : null)

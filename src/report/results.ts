import { shorten } from '../task/text.ts'
import type { Leg } from './leg.ts'

/**
 * What later jobs read of a leg. Short: they read the list from an environment variable, which Linux limits to
 * 128 KiB.
 */
export const resultsOf = (legs: readonly Leg[]): object[] => legs.map(resultOf)

function resultOf({ id, status, record, artifact }: Leg): object {
  return {
    id,
    status,
    exitCode: record?.exitCode ?? null,
    errorCode: record?.error?.code ?? null,
    durationSeconds: record?.durationSeconds ?? null,
    image: record?.container.image ? shorten(record.container.image, 150) : null,
    peakMemoryBytes: record?.usage.peakMemoryBytes ?? null,
    changedFiles: record?.workspace?.changedFiles ?? null,
    artifact,
  }
}

import { shorten } from '../formats/text.ts'
import { fittingOutputs } from '../record/collect/task-outputs.ts'
import type { Leg } from './leg.ts'
import { hasAllowedFailure, isFlaky } from './totals.ts'

/** What all outputs of tasks may take in the results, together with the rest, in bytes of JSON. */
const MOST_BYTES = 96 * 1024

/**
 * What later jobs read of a leg. Short: they read the list from an environment variable, which Linux limits to
 * 128 KiB. The tasks' outputs share what is left of that evenly.
 */
export function resultsOf(legs: readonly Leg[]): object[] {
  const results = legs.map((leg) => ({ ...resultOf(leg), outputs: {}, outputsLeftOut: 0 }))
  const writing = legs.filter(({ record }) => Object.keys(record?.outputs ?? {}).length > 0).length
  const share = Math.floor((MOST_BYTES - Buffer.byteLength(JSON.stringify(results))) / Math.max(1, writing))
  return results.map((result, index) => {
    const { outputs = {}, outputsLeftOut = 0 } = legs[index]?.record ?? {}
    const { kept, leftOut } = fittingOutputs(outputs, share)
    return { ...result, outputs: kept, outputsLeftOut: outputsLeftOut + leftOut }
  })
}

function resultOf(leg: Leg): object {
  const { id, status, record, artifact } = leg
  return {
    id,
    status,
    allowed: hasAllowedFailure(leg),
    flaky: isFlaky(leg),
    exitCode: record?.exitCode ?? null,
    errorCode: record?.error?.code ?? null,
    durationSeconds: record?.durationSeconds ?? null,
    image: record?.container.image ? shorten(record.container.image, 150) : null,
    peakMemoryBytes: record?.usage.peakMemoryBytes ?? null,
    changedFiles: record?.workspace?.changedFiles ?? null,
    artifact,
  }
}

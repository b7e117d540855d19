import { type Finding, noVersion, type Requirement, type SourceFile } from '../finding.ts'
import { allOf, comparison } from '../versions.ts'

/** A finding of a range, or the error that it is none. */
export function ranged(
  toolchain: string,
  source: SourceFile,
  line: number | null,
  written: string,
  requirement: Requirement | null,
): Finding {
  if (requirement === null) throw noVersion(toolchain, { file: source.file, line }, written)
  return { toolchain, file: source.file, line, written, ...requirement }
}

/** Several comparisons that all have to hold; null when one is none. */
export function all(comparisons: readonly string[]): Requirement | null {
  const ranges = comparisons.map((one) => comparison(one))
  const known = ranges.flatMap((range) => range ?? [])
  return known.length === ranges.length ? { allows: allOf(known), names: null } : null
}

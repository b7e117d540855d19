import { type Finding, presence, type Requirement, type SourceFile } from '../finding.ts'
import { exactly } from '../versions.ts'
import { linesOf } from './plain.ts'
import { all, ranged } from './range.ts'

/** `.ruby-version`: `3.3.0`, `ruby-3.3.0`. */
export const rubyVersion = (written: string): Requirement | null => exactly(written.replace(/^ruby[-@]/, ''))

/** `Gemfile`: `ruby "3.3.0"`, `ruby "~> 3.2", ">= 3.2.1"`. */
export function readGemfile(source: SourceFile): Finding[] {
  for (const { text, line } of linesOf(source)) {
    const [, rest] = /^ruby[\s(]+(["'].*)$/.exec(text) ?? []
    if (rest === undefined) continue
    const comparisons = [...rest.replace(/,\s*\w+:.*$/, '').matchAll(/["']([^"']+)["']/g)].map(
      ([, one = '']) => one,
    )
    const [only] = comparisons
    const exact = comparisons.length === 1 && only !== undefined && /^\d/.test(only) ? exactly(only) : null
    return [ranged('ruby', source, line, text, exact ?? all(comparisons))]
  }
  return [presence('ruby', source)]
}

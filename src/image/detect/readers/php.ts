import { z } from 'zod'
import { type Finding, lineOfMatch, presence, type Requirement, type SourceFile } from '../finding.ts'
import { exactly, npmRange } from '../versions.ts'
import { readJson } from './json.ts'
import { ranged } from './range.ts'

const composerSchema = z.object({
  require: z
    .union([z.record(z.string(), z.unknown()), z.array(z.unknown()).transform(() => ({}))])
    .optional(),
  config: z
    .object({ platform: z.object({ php: z.string().optional() }).optional().catch(undefined) })
    .optional()
    .catch(undefined),
})

/** `composer.json`: the platform it is locked for, else what it requires. */
export function readComposer(source: SourceFile): Finding[] {
  const { require = {}, config } = readJson(source, composerSchema)
  const platform = config?.platform?.php
  const wanted: unknown = Object.entries(require).find(([name]) => name === 'php')?.[1]
  const found: Finding[] = []
  if (platform !== undefined) {
    const line = lineOfMatch(source.text, /"platform"/)
    found.push(ranged('php', source, line, `platform php: ${platform}`, series(platform)))
  }
  if (typeof wanted === 'string')
    found.push(
      ranged('php', source, lineOfMatch(source.text, /"php"\s*:/), `php: ${wanted}`, composerRange(wanted)),
    )
  return found.length > 0 ? found : [presence('php', source)]
}

/** A platform of `8.1.99` stands for its line. */
const series = (written: string): Requirement | null => {
  const [, line] = /^(\d+\.\d+)/.exec(written) ?? []
  return line === undefined ? null : exactly(line)
}

/**
 * Composer's `~8.1` is 8.1 and later below 9, its commas join and its `|` alternates.
 * @see https://getcomposer.org/doc/articles/versions.md
 */
const composerRange = (written: string): Requirement | null =>
  npmRange(
    written
      .replace(/@\w+/g, '')
      .replace(/\|\|?/g, ' || ')
      .replace(/,/g, ' ')
      .replace(/~(\d+)\.(\d+)(?![.\d])/g, '>=$1.$2.0 <$1.99999.0'),
  )

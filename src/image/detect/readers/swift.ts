import { type Finding, lineOfMatch, presence, type SourceFile } from '../finding.ts'
import { atLeast } from '../versions.ts'
import { ranged } from './range.ts'

/** `Package.swift`: the version of the tools that it needs at least. */
export function readSwiftPackage(source: SourceFile): Finding[] {
  const pattern = /\/\/\s*swift-tools-version\s*:\s*([\d.]+)/
  const [, written] = pattern.exec(source.text) ?? []
  if (written === undefined) return [presence('swift', source)]
  const requirement = atLeast(written)
  return [
    ranged(
      'swift',
      source,
      lineOfMatch(source.text, pattern),
      written,
      requirement && { ...requirement, names: null },
    ),
  ]
}

import { intersects } from 'semver'
import { TaskError } from '../../errors.ts'
import { CATALOG, type CatalogEntry } from '../catalog.ts'
import { type Finding, findingPlace } from './finding.ts'
import { allOf, fits, leastTags } from './versions.ts'

/** A toolchain that a repository asks for. */
export interface Detected {
  readonly name: string
  /** Null when any version does. */
  readonly version: string | null
  /** Where that is from: `.nvmrc:1`, several joined by commas. */
  readonly source: string
}

/**
 * What findings come to: for each toolchain the version that all of them allow, an exact one before a series, one
 * that is named before the newest of the catalog.
 * @throws TaskError ACODE-CTN-006 when findings contradict each other
 */
export function decide(findings: readonly Finding[]): Detected[] {
  const byToolchain = Map.groupBy(withoutImplied(findings), ({ toolchain }) => toolchain)
  return [...byToolchain].map(([toolchain, own]) => decideOne(toolchain, own))
}

/** Findings without what others make needless, and those of the JDK with the tool that brings it. */
function withoutImplied(findings: readonly Finding[]): Finding[] {
  const has = (...names: string[]) => findings.some(({ toolchain }) => names.includes(toolchain))
  const builders = ['maven', 'gradle'].filter((name) => has(name))
  return (
    findings
      // A package.json is there for Bun and Deno too.
      .filter(({ toolchain, line }) => !(toolchain === 'node' && line === null && has('bun', 'deno')))
      .flatMap((finding) =>
        finding.toolchain === 'java' && builders.length > 0
          ? builders.map((toolchain) => ({ ...finding, toolchain }))
          : [finding],
      )
  )
}

function decideOne(toolchain: string, findings: readonly Finding[]): Detected {
  const saying = distinct(findings.filter(({ allows }) => allows !== '*'))
  const [first] = findings
  if (saying.length === 0) return { name: toolchain, version: null, source: first ? findingPlace(first) : '' }
  const range = allOf(saying.map(({ allows }) => allows))
  const entry: CatalogEntry | undefined = CATALOG[toolchain]
  const named = saying.flatMap(({ names }) => names ?? []).sort((a, b) => parts(b) - parts(a))
  const listed = entry?.versions ?? []
  const least = leastTags(range).slice(entry?.fullTags ? -1 : 0)
  const version = [...named, ...listed, ...least].find((tag) => fits(tag, range))
  if (version === undefined || contradicting(saying) !== null) throw contradiction(toolchain, saying)
  return { name: toolchain, version, source: saying.map(findingPlace).join(', ') }
}

/** The first of those that say the same. */
const distinct = (findings: readonly Finding[]): Finding[] =>
  [
    ...new Map(
      findings.toReversed().map((finding) => [`${finding.allows} ${finding.names}`, finding]),
    ).values(),
  ].toReversed()

const parts = (version: string): number => version.split('.').length

/** The first two that no version satisfies. */
function contradicting(findings: readonly Finding[]): [Finding, Finding] | null {
  for (const [index, one] of findings.entries())
    for (const other of findings.slice(index + 1))
      if (!intersects(one.allows, other.allows, { includePrerelease: true })) return [one, other]
  return null
}

function contradiction(toolchain: string, findings: readonly Finding[]): TaskError {
  const pair = contradicting(findings) ?? findings
  const what = pair.map((finding) => `${findingPlace(finding)} (${finding.written})`).join(' and ')
  const why = pair.length === 1 ? 'no version of it is known' : 'contradict each other'
  return new TaskError(
    'ACODE-CTN-006',
    `The version of ${toolchain} is not clear: ${what} ${why}. Correct one of them, or name the version (toolchain: ${toolchain}@VERSION).`,
  )
}

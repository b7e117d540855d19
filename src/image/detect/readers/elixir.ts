import { type Finding, lineOfMatch, presence, type SourceFile } from '../finding.ts'
import { all, ranged } from './range.ts'

/** `mix.exs`: `elixir: "~> 1.15 and < 1.18 or ~> 1.20"`. */
export function readMix(source: SourceFile): Finding[] {
  const pattern = /\belixir:[ \t]*"([^"\n]{1,256})"/
  const [, written] = pattern.exec(source.text) ?? []
  if (written === undefined) return [presence('elixir', source)]
  const alternatives = written.split(/\bor\b/).map((one) => all(one.split(/\band\b/)))
  const known = alternatives.flatMap((one) => one?.allows ?? [])
  const requirement =
    known.length === alternatives.length ? { allows: known.join(' || '), names: null } : null
  return [ranged('elixir', source, lineOfMatch(source.text, pattern), written, requirement)]
}

import { z } from 'zod'
import { type Finding, lineOfMatch, presence, type Requirement, type SourceFile } from '../finding.ts'
import { allOf, comparison, exactly, npmRange } from '../versions.ts'
import { ranged } from './range.ts'
import { keyPattern, readToml } from './toml.ts'

/** `.python-version`: the first version that the manager would take. */
export const pythonVersion = (written: string): Requirement | null =>
  /^\d/.test(written)
    ? exactly(written.replace(/[-_](?:dev|latest)$/, ''))
    : exactly(written.replace(/^(?:cpython|python)[-@]?/i, ''))

/**
 * A specifier as Python's packages write it.
 * @see https://packaging.python.org/en/latest/specifications/version-specifiers/
 */
function pep440(written: string): Requirement | null {
  const parts = written
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  const ranges = parts.map(specifier)
  const known = ranges.flatMap((range) => range ?? [])
  return parts.length > 0 && known.length === ranges.length ? { allows: allOf(known), names: null } : null
}

function specifier(written: string): string | null {
  const [, operator, version = '', wild] =
    /^(~=|===?|!=|<=|>=|<|>|\^|~)?\s*v?(\d+(?:\.\d+)*)(\.\*)?(?:[a-z]+\d*)?$/.exec(written) ?? []
  if (version === '') return null
  if (operator === '^' || operator === '~') return npmRange(`${operator}${version}`)?.allows ?? null // Poetry
  if (operator === '~=') return compatible(version)
  if (operator === '!=' && wild) return without(version)
  if (wild || operator === '===') return exactly(version)?.allows ?? null
  return comparison(`${operator ?? '='} ${version}`)
}

/** `~=3.9` is 3.9 and later below 4; `~=3.9.1` below 3.10. */
const compatible = (version: string): string | null => comparison(`~> ${version}`)

const without = (version: string): string | null => {
  const numbers = version.split('.').map(Number)
  const next = numbers.with(-1, (numbers.at(-1) ?? 0) + 1).join('.')
  const [below, from] = [comparison(`< ${version}`), comparison(`>= ${next}`)]
  return below === null || from === null ? null : `${below} || ${from}`
}

const pyprojectSchema = z.object({
  project: z.object({ 'requires-python': z.string().optional() }).optional(),
  tool: z
    .object({
      poetry: z
        .object({ dependencies: z.object({ python: z.string().optional().catch(undefined) }).optional() })
        .optional()
        .catch(undefined),
    })
    .optional(),
})

/** `pyproject.toml`: requires-python, or Poetry's own. */
export function readPyproject(source: SourceFile): Finding[] {
  const { project, tool } = readToml(source, pyprojectSchema)
  const [key, written] =
    project?.['requires-python'] !== undefined
      ? ['requires-python', project['requires-python']]
      : ['python', tool?.poetry?.dependencies?.python]
  if (written === undefined) return [presence('python', source)]
  const alternatives = written.split('||').map(pep440)
  const known = alternatives.flatMap((one) => one?.allows ?? [])
  const requirement =
    known.length === alternatives.length ? { allows: known.join(' || '), names: null } : null
  return [
    ranged('python', source, lineOfMatch(source.text, keyPattern(key)), `${key}: ${written}`, requirement),
  ]
}

const pipfileSchema = z.object({
  requires: z
    .object({ python_version: z.string().optional(), python_full_version: z.string().optional() })
    .optional(),
})

/** `Pipfile`. */
export function readPipfile(source: SourceFile): Finding[] {
  const { requires } = readToml(source, pipfileSchema)
  const written = requires?.python_full_version ?? requires?.python_version
  if (written === undefined || written === '*') return [presence('python', source)]
  return [
    ranged(
      'python',
      source,
      lineOfMatch(source.text, /python_(full_)?version/),
      written,
      pythonVersion(written),
    ),
  ]
}

import { z } from 'zod'
import {
  type Finding,
  lineOfMatch,
  noVersion,
  presence,
  type Requirement,
  type SourceFile,
  unreadable,
} from '../finding.ts'
import { atLeast } from '../versions.ts'
import { readJson } from './json.ts'
import { parseXml, propertyOf } from './xml.ts'

const globalSchema = z.object({
  sdk: z.object({ version: z.string().optional(), rollForward: z.string().optional() }).optional(),
})

/**
 * `global.json`: the SDK, and how far it may roll forward.
 * @see https://learn.microsoft.com/dotnet/core/tools/global-json
 */
export function readGlobalJson(source: SourceFile): Finding[] {
  const { sdk } = readJson({ ...source, text: withoutComments(source.text) }, globalSchema)
  if (sdk?.version === undefined) return [presence('dotnet', source)]
  const line = lineOfMatch(source.text, /"version"\s*:/)
  const requirement = rolledForward(sdk.version, sdk.rollForward ?? 'latestPatch')
  if (requirement === null) throw noVersion('dotnet', { file: source.file, line }, sdk.version)
  return [
    { toolchain: 'dotnet', file: source.file, line, written: `sdk.version: ${sdk.version}`, ...requirement },
  ]
}

/** Comments are allowed there; those at the end of a line of text stay text. */
const withoutComments = (text: string): string =>
  text.replace(
    /("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/|$)/g,
    (_, literal: string | undefined) => literal ?? '',
  )

function rolledForward(version: string, policy: string): Requirement | null {
  const [, major = '', minor = '', patch = ''] = /^(\d+)\.(\d+)\.(\d+)(?:-[\w.]+)?$/.exec(version) ?? []
  if (major === '') return null
  const from = `>=${major}.${minor}.${patch}`
  switch (policy.toLowerCase()) {
    case 'feature':
    case 'latestfeature':
      return { allows: `${from} <${major}.${Number(minor) + 1}.0`, names: `${major}.${minor}` }
    case 'minor':
    case 'latestminor':
      return { allows: `${from} <${Number(major) + 1}.0.0`, names: `${major}.${minor}` }
    case 'major':
    case 'latestmajor':
      return { allows: from, names: null }
    default:
      // A band of a hundred: only the image of this very version is certain to be in it.
      return { allows: `${major}.${minor}.${patch}`, names: version }
  }
}

/** Projects and `Directory.Build.props`: the newest framework that they target, which the SDK has to know. */
export function readProject(source: SourceFile): Finding[] {
  const document = parseXml(source)
  const written = propertyOf(document, 'TargetFrameworks') ?? propertyOf(document, 'TargetFramework')
  const line = lineOfMatch(source.text, /<TargetFrameworks?[\s>]/)
  const versions = (written ?? '').split(';').flatMap((target) => frameworkVersion(target.trim()) ?? [])
  const [newest] = versions.sort((a, b) => Number(b) - Number(a))
  const requirement = newest === undefined ? null : atLeast(newest)
  if (requirement === null) return source.file.endsWith('.props') ? [] : [presence('dotnet', source)]
  return [{ toolchain: 'dotnet', file: source.file, line, written: `targets ${written}`, ...requirement }]
}

/** `net8.0`, `net8.0-windows`, `netcoreapp3.1`; null for what needs no SDK of its version (`netstandard2.0`, `net48`). */
const frameworkVersion = (target: string): string | null =>
  /^net(?:coreapp)?(\d+\.\d+)(?:-[\w.]+)?$/.exec(target)?.[1] ?? null

/** `*.sln`, `*.slnx`: there are projects, and they say what they ask for. */
export const readSolution = (source: SourceFile): Finding[] => {
  if (source.text.trim() === '') throw unreadable(source.file, 'it is empty')
  return [presence('dotnet', source)]
}

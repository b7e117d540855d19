import { z } from 'zod'
import {
  ANY,
  type Finding,
  lineOfMatch,
  noVersion,
  presence,
  type Requirement,
  type SourceFile,
} from '../finding.ts'
import { exactly, npmRange } from '../versions.ts'
import { readJson } from './json.ts'
import { firstLine } from './plain.ts'

/** Node's long-term lines by their names, which `.nvmrc` may use. */
const LINES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    argon: '4',
    boron: '6',
    carbon: '8',
    dubnium: '10',
    erbium: '12',
    fermium: '14',
    gallium: '16',
    hydrogen: '18',
    iron: '20',
    jod: '22',
    krypton: '24',
  }),
)
const NEWEST = new Set(['node', 'stable', 'latest', 'current', 'lts', 'lts/*', 'lts-latest'])

/** A version of node as version managers write it; null when it is none. */
export function nodeVersion(written: string): Requirement | null {
  const word = written.toLowerCase().replace(/^node-(?=v?\d)/, '')
  if (NEWEST.has(word)) return ANY
  const line = LINES.get(/^lts[/-]([a-z]+)$/.exec(word)?.[1] ?? word)
  return exactly(line ?? word)
}

/** `.nvmrc`, `.node-version`. */
export function readNodeVersion(source: SourceFile): Finding[] {
  const { text, line } = firstLine(source)
  const requirement = nodeVersion(text)
  if (requirement === null) throw noVersion('node', { ...source, line }, text)
  return [{ toolchain: 'node', file: source.file, line, written: text, ...requirement }]
}

const engine = z.object({ name: z.string(), version: z.string().optional() })
const packageSchema = z.object({
  engines: z.record(z.string(), z.unknown()).catch({}).optional(),
  devEngines: z
    .object({ runtime: z.union([engine, z.array(engine)]).optional() })
    .catch({})
    .optional(),
  volta: z.object({ node: z.string().optional() }).catch({}).optional(),
  packageManager: z.string().optional().catch(undefined),
})

/** Names of runtimes in `engines`, `devEngines` and `packageManager` that are toolchains. */
const RUNTIMES = ['node', 'bun', 'deno'] as const

/** `package.json`: engines, devEngines, volta, packageManager. Its presence alone asks for node in any version. */
export function readPackage(source: SourceFile): Finding[] {
  const { engines = {}, devEngines, volta, packageManager } = readJson(source, packageSchema)
  const found: Finding[] = []
  const add = (
    toolchain: string,
    field: string,
    written: string,
    read: (text: string) => Requirement | null,
  ): void => {
    const value = JSON.stringify(written)
      .slice(1, -1)
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    const line = lineOfMatch(source.text, new RegExp(`"${field}"\\s*:\\s*"${value}"`))
    const requirement = read(written)
    if (requirement === null) throw noVersion(toolchain, { file: source.file, line }, written)
    found.push({ toolchain, file: source.file, line, written: `${field}: ${written}`, ...requirement })
  }
  if (volta?.node !== undefined) add('node', 'node', volta.node, exactly)
  for (const name of RUNTIMES) {
    const range = engines[name]
    if (typeof range === 'string' && range.trim() !== '') add(name, name, range, npmRange)
  }
  for (const { name, version } of [devEngines?.runtime ?? []].flat()) {
    const runtime = RUNTIMES.find((known) => known === name)
    if (runtime !== undefined) add(runtime, 'version', version ?? '*', npmRange)
  }
  const bun = /^bun@([^+]+)/.exec(packageManager ?? '')?.[1]
  if (bun !== undefined) add('bun', 'packageManager', `bun@${bun}`, () => exactly(bun))
  return found.length > 0 ? found : [presence('node', source)]
}

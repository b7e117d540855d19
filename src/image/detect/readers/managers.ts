import { z } from 'zod'
import {
  ANY,
  type Finding,
  lineOfMatch,
  noVersion,
  type Requirement,
  type SourceFile,
  unreadable,
} from '../finding.ts'
import { exactly } from '../versions.ts'
import { javaVersion } from './java.ts'
import { nodeVersion } from './node.ts'
import { linesOf } from './plain.ts'
import { rustChannel } from './rust.ts'
import { keyPattern, readToml } from './toml.ts'

type Read = (written: string) => Requirement | null

/** Version managers name tools in their own ways. Of what they name besides, no image is made. */
const TOOLS: ReadonlyMap<string, readonly [toolchain: string, read: Read]> = new Map(
  Object.entries<readonly [string, Read]>({
    node: ['node', nodeVersion],
    nodejs: ['node', nodeVersion],
    bun: ['bun', exactly],
    deno: ['deno', exactly],
    go: ['go', exactly],
    golang: ['go', exactly],
    python: ['python', exactly],
    java: ['java', javaVersion],
    ruby: ['ruby', exactly],
    rust: ['rust', rustChannel],
    php: ['php', exactly],
    dotnet: ['dotnet', exactly],
    'dotnet-core': ['dotnet', exactly],
    'dotnet-sdk': ['dotnet', exactly],
    swift: ['swift', exactly],
    elixir: ['elixir', exactly],
    // Their own version is the image's affair: what is chosen is the JDK's.
    maven: ['maven', () => ANY],
    gradle: ['gradle', () => ANY],
  }),
)

/** Versions of both managers that leave the choice, or that no image has. */
const requirementOf = (written: string, read: Read): Requirement | null => {
  if (/^(latest|lts|stable)$/.test(written)) return ANY
  return read(written.replace(/^(prefix:|latest:)/, ''))
}

/** What is not installed by the manager, so that it says nothing of a version. */
const isElsewhere = (written: string): boolean => /^(system$|ref:|path:|sub-)/.test(written)

function toolFinding(source: SourceFile, name: string, written: string, line: number | null): Finding[] {
  const tool = TOOLS.get(name.replace(/^core:/, '').toLowerCase())
  if (tool === undefined || isElsewhere(written)) return []
  const [toolchain, read] = tool
  const requirement = requirementOf(written, read)
  if (requirement === null) throw noVersion(toolchain, { file: source.file, line }, written)
  return [{ toolchain, file: source.file, line, written: `${name} ${written}`, ...requirement }]
}

/** `.tool-versions` of asdf: `nodejs 22.3.0 20.1.0`; the first version is used. */
export const readToolVersions = (source: SourceFile): Finding[] =>
  linesOf(source).flatMap(({ text, line }) => {
    const [name = '', version] = text.split(/\s+/)
    if (version === undefined && TOOLS.has(name))
      throw unreadable(`${source.file}:${line}`, `${name} has no version`)
    return version === undefined ? [] : toolFinding(source, name, version, line)
  })

const version = z.union([z.string(), z.number().transform(String)])
const miseSchema = z.object({
  tools: z
    .record(
      z.string(),
      z.union([version, z.looseObject({ version }), z.array(z.union([version, z.looseObject({ version })]))]),
    )
    .optional(),
})

/** `mise.toml`: `[tools]` with a version, a list of them, or a table. */
export function readMise(source: SourceFile): Finding[] {
  const { tools = {} } = readToml(source, miseSchema)
  return Object.entries(tools).flatMap(([name, value]) => {
    const [first] = [value].flat()
    if (first === undefined) return []
    const written = typeof first === 'string' ? first : first.version
    return toolFinding(source, name, written, lineOfMatch(source.text, keyPattern(name)))
  })
}

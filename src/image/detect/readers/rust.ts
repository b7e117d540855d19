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
import { atLeast, exactly } from '../versions.ts'
import { linesOf } from './plain.ts'
import { keyPattern, readToml } from './toml.ts'

/** A channel of rustup: a version or `stable`; `beta` and `nightly` have no official image. */
export const rustChannel = (written: string): Requirement | null =>
  /^stable\b/.test(written) ? ANY : exactly(written.replace(/-(x86_64|aarch64|i686)-.*$/, ''))

const toolchainSchema = z.object({ toolchain: z.object({ channel: z.string().optional() }) })

/** `rust-toolchain.toml`, and `rust-toolchain` in both of its forms. */
export function readRustToolchain(source: SourceFile): Finding[] {
  const [first] = linesOf(source)
  const isPlain = !source.file.endsWith('.toml') && first !== undefined && !first.text.startsWith('[')
  const channel = isPlain ? first.text : readToml(source, toolchainSchema).toolchain.channel
  if (channel === undefined) return [presence('rust', source)]
  const line = isPlain ? first.line : lineOfMatch(source.text, keyPattern('channel'))
  const requirement = rustChannel(channel)
  if (requirement === null) throw noVersion('rust', { file: source.file, line }, channel)
  return [{ toolchain: 'rust', file: source.file, line, written: `channel: ${channel}`, ...requirement }]
}

const cargo = z.object({ 'rust-version': z.string().optional().catch(undefined) }).optional()
const cargoSchema = z.object({ package: cargo, workspace: z.object({ package: cargo }).optional() })

/** `Cargo.toml`: the least version that builds it. */
export function readCargo(source: SourceFile): Finding[] {
  const { package: own, workspace } = readToml(source, cargoSchema)
  const written = own?.['rust-version'] ?? workspace?.package?.['rust-version']
  if (written === undefined) return [presence('rust', source)]
  const line = lineOfMatch(source.text, keyPattern('rust-version'))
  const requirement = atLeast(written)
  if (requirement === null) throw noVersion('rust', { file: source.file, line }, written)
  return [
    {
      toolchain: 'rust',
      file: source.file,
      line,
      written: `rust-version: ${written}`,
      ...requirement,
      names: null,
    },
  ]
}

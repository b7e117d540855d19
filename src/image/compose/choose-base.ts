import { TaskError } from '../../errors.ts'
import type { ResolvedToolchain } from '../toolchain.ts'
import { PARTS, type ToolchainPart } from './parts.ts'

/** A toolchain that becomes a part of a composed image. */
export interface Wanted {
  /** As in the catalog, or in the toolchains file. */
  readonly name: string
  readonly version: string
  readonly image: string
  /** Null: how its image is laid out is not known. */
  readonly part: ToolchainPart | null
}

/** Toolchains with the one first that the others are put on. */
export interface Composition {
  readonly base: Wanted
  readonly others: readonly (Wanted & {
    readonly part: ToolchainPart & { readonly folders: readonly string[] }
  })[]
}

/**
 * Chooses which image the others are put on, without a look at any image.
 * @throws TaskError ACODE-CTN-006 when they cannot be in one image
 */
export function chooseBase(toolchains: readonly ResolvedToolchain[]): Composition {
  const all = toolchains.map(wantedOf)
  refuseTwice(all)
  const ranked = [...all].sort((one, other) => rankOf(one) - rankOf(other))
  const [base, ...rest] = ranked
  if (base === undefined) throw new RangeError('No toolchain is composed')
  const others = rest.map((one) => {
    const { part } = one
    if (part === null || part.folders === null) throw notBoth(base, one)
    return { ...one, part: { ...part, folders: part.folders } }
  })
  return { base, others }
}

const ORDER = Object.keys(PARTS)

/** What is not in the table is only known as a whole. */
const rankOf = ({ name }: Wanted): number => ORDER.indexOf(name)

function wantedOf({ resolved, image }: ResolvedToolchain): Wanted {
  const [name = '', version = ''] = resolved.split('@')
  return { name, version, image, part: Object.hasOwn(PARTS, name) ? (PARTS[name] ?? null) : null }
}

function refuseTwice(all: readonly Wanted[]): void {
  for (const [index, one] of all.entries())
    for (const other of all.slice(index + 1)) {
      const isSame = one.name === other.name
      const isShared = one.part?.owns !== undefined && one.part.owns === other.part?.owns
      if (isSame || (isShared && one.version !== other.version))
        throw cannot(one, other, isSame ? 'one image has one of each' : `both bring ${one.part?.owns}`)
    }
}

const notBoth = (one: Wanted, other: Wanted): TaskError =>
  cannot(one, other, 'neither is known to be a part that can be put on another image')

const cannot = (one: Wanted, other: Wanted, why: string): TaskError =>
  new TaskError(
    'ACODE-CTN-006',
    `The toolchains ${one.name}@${one.version} and ${other.name}@${other.version} cannot be in one image: ${why}. Name one of them, or an image that has what the task needs (image: … or build: …).`,
  )

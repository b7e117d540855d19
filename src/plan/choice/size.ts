import { isAlias, isMap, isSeq, type Node } from 'yaml'
import { isFields } from '../../task/fields.ts'
import { MOST_CHARACTERS } from '../file/file-bounds.ts'

/** How large a value is once its aliases stand for what they name. */
interface Size {
  readonly values: number
  /** Aliases that are followed, those within what others name too. */
  readonly aliases: number
  /** Maps and lists within each other. */
  readonly depth: number
}

const SCALAR: Size = { values: 1, aliases: 0, depth: 0 }

/**
 * Measures a document without expanding it: each node is looked at once, so that this takes as long as the text is
 * and not as what it stands for.
 * @param targets what each alias stands for; it comes before the alias
 */
export function documentSize(node: Node | null, targets: ReadonlyMap<Node, Node>): Size {
  const known = new Map<Node, Size>()
  const measure = (one: Node | null): Size => {
    if (one === null) return SCALAR
    const before = known.get(one)
    if (before) return before
    // A value that contains itself has no size; toJS refuses it.
    known.set(one, SCALAR)
    const size = isAlias(one)
      ? followed(measure(targets.get(one) ?? null))
      : sum(childrenOf(one).map(measure))
    known.set(one, size)
    return size
  }
  return measure(node)
}

const followed = ({ values, aliases, depth }: Size): Size => ({ values, aliases: aliases + 1, depth })

const sum = (parts: readonly Size[]): Size =>
  parts.reduce<Size>(
    (all, { values, aliases, depth }) => ({
      values: all.values + values,
      aliases: all.aliases + aliases,
      depth: Math.max(all.depth, depth + 1),
    }),
    SCALAR,
  )

/** Of a map only what its keys stand for: the keys are words. */
function childrenOf(node: Node): (Node | null)[] {
  if (isSeq<Node>(node)) return node.items
  return isMap<Node, Node | null>(node) ? node.items.map(({ value }) => value) : []
}

/** The characters of all texts and keys of a value, and one for each value. */
export function charactersOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 1
  if (Array.isArray(value)) return value.reduce<number>((all, one) => all + charactersOf(one), 1)
  if (!isFields(value)) return 1
  return Object.entries(value).reduce((all, [key, one]) => all + key.length + charactersOf(one), 1)
}

/** The tasks of a file are more than a plan can hold. */
export class TooManyCharacters extends Error {
  override readonly name = 'TooManyCharacters'
}

/** What the tasks of one file may take together. */
export class SizeBudget {
  #left = MOST_CHARACTERS

  /**
   * Takes so many characters of it, before they are made.
   * @throws TooManyCharacters when there are not as many left
   */
  spend(characters: number): void {
    this.#left -= characters
    if (this.#left < 0) throw new TooManyCharacters()
  }
}

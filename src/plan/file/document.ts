import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  visit,
  type YAMLError,
  type YAMLMap,
} from 'yaml'
import { messageOf } from '../../errors.ts'
import { readYaml } from '../../formats/yaml.ts'
import { documentSize } from '../choice/size.ts'
import type { Faults, Path, TextPlace } from './faults.ts'
import { MOST_DEPTH, MOST_VALUES } from './file-bounds.ts'

/**
 * How often what an anchor holds may come back through aliases. The parser's own limit, 100, is less than the
 * tasks of one matrix, which may well share an anchor; far more is how a small file becomes a huge one.
 */
const MOST_ALIASES = 10_000
const REPEATS = `its aliases repeat a value over ${MOST_ALIASES} times`
/** Said of what no task needs. */
export const TOO_DEEP = `is nested too deeply: ${MOST_DEPTH} maps and lists within each other are the most`

/** A YAML or JSON text that knows where each of its values stands. */
export class TaskDocument {
  /** Undefined when the text has faults that leave it without a meaning. */
  readonly value: unknown
  readonly #text: string
  readonly #lines = new LineCounter()
  readonly #document: ReturnType<typeof readYaml>
  /** What each alias stands for: the parser itself would search the whole document for it. */
  readonly #targets = new Map<Node, Node>()
  readonly #pairs = new Map<Node, ReadonlyMap<string, Pair<Node, Node | null>>>()

  constructor(text: string, faults: Faults) {
    this.#text = text
    // The parser compares each key of a map with all before it: we do it, in one pass.
    const options = { lineCounter: this.#lines, prettyErrors: false, merge: true, uniqueKeys: false }
    this.#document = readYaml(text, options)
    this.#reportDuplicates(faults)
    // After an error of syntax the rest is guesswork.
    const [broken] = this.#document.errors
    if (broken) faults.add(this.#at(broken.pos[0]), '', this.#explain(broken))
    else if (this.#nodesAreSound(faults) && this.#isBounded(faults)) this.value = this.#convert(faults)
  }

  /** Where the value at a path stands, or its key; when there is none, the innermost value around it. */
  place(path: Path, ofKey = false): TextPlace {
    const { node, key, found } = this.#find(path)
    return this.#at((ofKey && found ? key : node)?.range?.[0] ?? 0)
  }

  /** Where a part of the text at a path stands, or the text where it is written in another way there. */
  partPlace(path: Path, part: string): TextPlace {
    const [start = 0, end = 0] = this.#find(path).node?.range ?? []
    const at = this.#text.indexOf(part, start)
    return this.#at(at >= 0 && at < end ? at : start)
  }

  /** True when there is something at the path. */
  has(path: Path): boolean {
    return this.#find(path).found
  }

  #at(offset: number): TextPlace {
    const { line, col } = this.#lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }

  #explain(error: YAMLError): string {
    if (error.code === 'TAB_AS_INDENT') return 'a tab is no indentation in YAML; use blanks'
    if (error.code === 'MULTIPLE_DOCS') return 'a second document begins here; a task file is one'
    const [before = '', after = ''] = [this.#text.slice(0, error.pos[0]), this.#text.slice(error.pos[0])]
    const line = `${before.slice(before.lastIndexOf('\n') + 1)}${after.split('\n')[0]}`
    const hint = line.includes('${{') ? `; text with \${{ … }} within { } or [ ] has to be quoted` : ''
    return `is no YAML: ${error.message}${hint}`
  }

  #reportDuplicates(faults: Faults): void {
    visit(this.#document, {
      Map: (_, { items }) => {
        const seen = new Set<string>()
        for (const { key } of items) {
          if (!isScalar(key)) continue
          const name = String(key.value)
          if (seen.has(name))
            faults.add(this.#at(key.range?.[0] ?? 0), '', `${name} stands twice in its map; keep one`)
          seen.add(name)
        }
      },
    })
  }

  /** How large its aliases make it, before they do. */
  #isBounded(faults: Faults): boolean {
    const { values, aliases, depth } = documentSize(this.#document.contents, this.#targets)
    if (depth <= MOST_DEPTH && values <= MOST_VALUES) return true
    const repeats = aliases > MOST_ALIASES ? REPEATS : `its aliases make it more than ${MOST_VALUES} values`
    faults.add(this.#at(0), '', depth > MOST_DEPTH ? TOO_DEEP : repeats)
    return false
  }

  /** What parses and yet has no good meaning: aliases of nothing, and keys that are no words. */
  #nodesAreSound(faults: Faults): boolean {
    const anchors = new Map<string, Node>()
    let sound = true
    const refuse = (node: Node, message: string) => {
      faults.add(this.#at(node.range?.[0] ?? 0), '', message)
      sound = false
    }
    visit(this.#document, (_, node) => {
      if (isPair<Node, Node | null>(node)) {
        const problem = pairProblem(node, anchors)
        if (problem !== null) refuse(node.key, problem)
      } else if (isAlias(node)) {
        const target = anchors.get(node.source)
        if (target) this.#targets.set(node, target)
        else refuse(node, `there is no anchor &${node.source} before this alias`)
      } else if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor) anchors.set(node.anchor, node)
    })
    return sound
  }

  #convert(faults: Faults): unknown {
    try {
      return this.#document.toJS({ maxAliasCount: MOST_ALIASES })
    } catch (error) {
      faults.add(this.#at(0), '', error instanceof ReferenceError ? REPEATS : messageOf(error))
      return undefined
    }
  }

  #find(path: Path): { node: Node | null; key: Node | null; found: boolean } {
    let node: Node | null = this.#document.contents
    let key: Node | null = null
    for (const step of path) {
      const pair = this.#child(node, step)
      if (!pair) return { node, key, found: false }
      key = pair.key
      node = this.#resolve(pair.value ?? pair.key)
    }
    return { node, key, found: true }
  }

  /** What a map or list has under a key: its own, or what it merges in. */
  #child(node: Node | null, step: PropertyKey): { key: Node; value: Node | null } | null {
    if (isSeq<Node>(node)) {
      const item = node.items[Number(step)]
      return item ? { key: item, value: item } : null
    }
    if (!isMap<Node, Node | null>(node)) return null
    const own = this.#pairsOf(node).get(String(step))
    if (own) return own
    const merged = node.items.filter(isMerge).flatMap(({ value }) => {
      const source = this.#resolve(value)
      return isSeq<Node>(source) ? source.items.map((item) => this.#resolve(item)) : [source]
    })
    for (const source of merged) {
      const found = this.#child(source, step)
      if (found) return found
    }
    return null
  }

  /** The pairs of a map by key, found once: a map of many keys may have a fault at each of them. */
  #pairsOf(map: YAMLMap<Node, Node | null>): ReadonlyMap<string, Pair<Node, Node | null>> {
    const before = this.#pairs.get(map)
    if (before) return before
    const pairs = new Map<string, Pair<Node, Node | null>>()
    for (const pair of map.items.toReversed()) if (isScalar(pair.key)) pairs.set(String(pair.key.value), pair)
    this.#pairs.set(map, pairs)
    return pairs
  }

  #resolve(node: Node | null): Node | null {
    return isAlias(node) ? (this.#targets.get(node) ?? null) : node
  }
}

const isMerge = ({ key }: Pair<Node, Node | null>): boolean =>
  isScalar(key) && key.source === '<<' && key.type === 'PLAIN'

function pairProblem(pair: Pair<Node, Node | null>, anchors: ReadonlyMap<string, Node>): string | null {
  const { key, value } = pair
  if (!isScalar(key)) return 'a key has to be a word'
  if (key.value === '__proto__') return '__proto__ is no key that can be used'
  if (!isMerge(pair)) return null
  const merged = isAlias(value) ? anchors.get(value.source) : value
  return isScalar(merged) || merged === null ? '<< merges maps, and this is none' : null
}

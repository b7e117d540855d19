import type { z } from 'zod'
import { missingFields, readContainer } from '../../task/container-problems.ts'
import { CONTAINER_KEYS, type ContainerSpec } from '../../task/contract.ts'
import { type Fields, isFields } from '../../task/fields.ts'
import { layOver } from '../../task/merge.ts'
import { type FieldProblem, problemsOf } from '../../task/problems.ts'
import { charactersOf, type SizeBudget } from '../choice/size.ts'
import type { Named, PlannedTask } from '../planned-task.ts'
import type { Judged, TaskCheck } from '../policy/check.ts'
import { type Expansion, readStrategy } from '../strategy.ts'
import type { TaskDocument } from './document.ts'
import { EntryPlaces } from './entry-places.ts'
import { type Combination, type Fillable, fillIn, hasExpression } from './expressions.ts'
import { type Faults, fieldName, type Path } from './faults.ts'
import { defaultsSchema, entrySchema } from './schema.ts'

/** What stands for all tasks that say nothing else; the container as it is written. */
export type Defaults = Omit<z.output<typeof defaultsSchema>, 'container'> & { readonly container: Fields }

/** What entries are read with. */
export interface EntryReader {
  readonly document: TaskDocument
  readonly faults: Faults
  readonly defaults: Defaults
  /** Says what is wrong with a toolchain; null when nothing is, or nothing is known. */
  readonly toolchainProblem: (toolchain: string) => string | null
  /** What else is asked of a task. Where two find fault with one field, the first is reported. */
  readonly checks: readonly TaskCheck[]
  /** All ids found so far, also of tasks that have faults. */
  readonly ids: Named[]
  /** What all tasks may take together. */
  readonly budget: SizeBudget
}

const NOTHING: Fillable = { values: {}, keys: [] }
const ENTRY_KEYS: readonly string[] = entrySchema.keyof().options
const DEFAULTED_KEYS: readonly string[] = defaultsSchema.keyof().options

/** Reads one entry of the list at `at`: the tasks it stands for. What is wrong with it goes to the faults. */
export function readEntry(raw: unknown, at: Path, reader: EntryReader): PlannedTask[] {
  if (!isFields(raw)) {
    const message = 'has to be a map with id and container, e.g. { id: unit, container: { … } }'
    reader.faults.add(reader.document.place(at), fieldName(at), message)
    return []
  }
  return new Entry(raw, at, reader).tasks()
}

/** Of a payload as it stands, keys around the task are other tools' business, as they are in the action. */
const oursOf = (raw: Fields): Fields =>
  Object.fromEntries(Object.entries(raw).filter(([key]) => ENTRY_KEYS.includes(key)))

const taskOf = ({ id, container }: Fields): Fields => ({ id, container })

class Entry {
  readonly #fields: Fields
  readonly #places: EntryPlaces
  readonly #reader: EntryReader
  /** Null when the entry has a strategy that cannot be read. */
  readonly #expansion: Expansion | null

  constructor(raw: Fields, at: Path, reader: EntryReader) {
    this.#reader = reader
    this.#fields = isFields(raw.task) ? { ...oursOf(raw), ...taskOf(raw.task) } : raw
    this.#places = new EntryPlaces(reader, at, isFields(raw.task))
    this.#expansion = this.#expand()
  }

  tasks(): PlannedTask[] {
    const { combinations, keys } = this.#expansion ?? { combinations: [{}], keys: [] }
    const { budget, defaults } = this.#reader
    budget.spend(combinations.length * (charactersOf(this.#fields) + charactersOf(defaults.container)))
    return combinations.flatMap((values) => this.#task({ values, keys }) ?? [])
  }

  #expand(): Expansion | null {
    const { strategy } = this.#fields
    if (strategy === undefined) return { combinations: [{}], keys: [], ownKeys: [] }
    let sound = true
    fillIn(strategy, NOTHING, (path, part, message) => {
      sound = false
      this.#places.refuse(['strategy', ...path], part, message)
    })
    const { expansion, problems } = readStrategy(strategy, (path) => this.#places.name(['strategy', ...path]))
    this.#places.addAll(problems, (path) => this.#places.own(['strategy', ...path]))
    return sound ? expansion : null
  }

  /** The task of one combination; null when it has faults. */
  #task(fillable: Fillable): PlannedTask | null {
    const { document, faults, defaults, ids } = this.#reader
    const { strategy: _, ...fields } = this.#fields
    const filled = fillIn(fields, fillable, (path, part, message) => {
      // Of a strategy that cannot be read, the keys are not known.
      if (this.#expansion || !part.replace(/\s/g, '').startsWith(`\${{matrix.`))
        this.#places.refuse(path, part, message)
      else faults.doubt(this.#places.name(path))
    })
    this.#reader.budget.spend(Math.max(0, charactersOf(filled) - charactersOf(fields)))
    const { container: own, ...rest } = isFields(filled) ? filled : {}
    const written = { ...rest, id: this.#idOf(rest.id, fillable.values) }
    const parsed = entrySchema.safeParse(written)
    if (parsed.error) {
      const problems = problemsOf(
        parsed.error,
        written,
        (path) => this.#places.name(path),
        () => ENTRY_KEYS,
      )
      this.#places.addAll(problems.map(misplaced), (path) => this.#places.own(path))
    }
    const place = document.place(this.#places.own(['id']))
    if (typeof written.id === 'string' && this.#expansion && !faults.isDoubtful(this.#places.name(['id'])))
      ids.push({ id: written.id, place })
    const container = this.#readContainer(withAllowed(own, rest['allow-failure']))
    const { requiredCapabilities = [], runsOn, paths } = { ...defaults, ...soundOf(written) }
    const spec = container.judged?.enabled ? container.judged : null
    this.#check({ requiredCapabilities, runsOn, spec }, container.wrong)
    if (!parsed.success || !container.isSound) return null
    const docker = container.spec?.enabled ? ['docker'] : []
    return {
      id: parsed.data.id,
      place,
      requiredCapabilities: [...new Set([...requiredCapabilities, ...docker])],
      runsOn,
      paths,
      container: container.written,
      spec: container.spec?.enabled ? container.spec : null,
    }
  }

  /** @param wrong fields of the container that are wrong by themselves, of which nothing else is reported */
  #check(task: Judged, wrong: readonly PropertyKey[]): void {
    const { document, faults, checks } = this.#reader
    const isWrong = ([top, field = '']: Path) => top === 'container' && wrong.includes(field)
    for (const check of checks) {
      const judged = check(task).filter(({ path }) => !isWrong(path))
      const found = judged.map((finding) => {
        const at = this.#places.given(finding.path)
        return { ...finding, at, field: fieldName(at) }
      })
      // All that one check finds is reported, also where it is about one field.
      const sound = found.filter(({ field }) => !faults.isDoubtful(field))
      for (const { at, field, message, code } of sound)
        faults.addBlank(document.place(at), field, message, code)
    }
  }

  /** An id that says nothing of the combination gets its values, so that each has its own id. */
  #idOf(id: unknown, values: Combination): unknown {
    if (typeof id !== 'string' || id === '' || hasExpression(this.#fields.id)) return id
    const own = this.#expansion?.ownKeys.flatMap((key) => values[key] ?? []) ?? []
    return [id, ...(own.length > 0 ? own : Object.values(values))].join('-')
  }

  /** The container laid over the defaults. */
  #readContainer(own: unknown): ReadContainer {
    if (own === undefined || own === null) return { ...NO_CONTAINER, isSound: true }
    const written = isFields(own) ? layOver(this.#reader.defaults.container, own) : own
    const nameOf = (path: Path) => fieldName(this.#places.container(path))
    const { spec, judged, problems } = readContainer(written, nameOf)
    const missing = isFields(written) && written.enabled !== false ? missingFields(written, nameOf) : []
    this.#places.addAll([...problems, ...missing], (path) => this.#places.container(path))
    if (!isFields(written)) return { ...NO_CONTAINER, isSound: false }
    if (judged?.enabled && judged.toolchain !== undefined) this.#checkToolchain(judged.toolchain)
    const wrong = problems.flatMap(({ path }) => path[0] ?? [])
    return { written, spec, judged, wrong, isSound: spec !== null && missing.length === 0 }
  }

  #checkToolchain(toolchain: string): void {
    const { document, faults, toolchainProblem } = this.#reader
    const problem = toolchainProblem(toolchain)
    const path = this.#places.container(['toolchain'])
    if (problem !== null)
      faults.addBlank(document.place(path), fieldName(path), `leads to no image: ${problem}`)
  }
}

/** A container as it was read. */
interface ReadContainer {
  readonly written: Fields | null
  /** Null when a field is wrong, and when there is no container. */
  readonly spec: ContainerSpec | null
  /** The spec of the fields that are right. */
  readonly judged: ContainerSpec | null
  /** The fields that are wrong. */
  readonly wrong: readonly PropertyKey[]
  readonly isSound: boolean
}

const NO_CONTAINER = { written: null, spec: null, judged: null, wrong: [] } as const

/** A container that says itself whether its task may fail, is believed before the task around it. */
const withAllowed = (container: unknown, allowed: unknown): unknown =>
  isFields(container) && typeof allowed === 'boolean' ? { allowFailure: allowed, ...container } : container

/** The fields of an entry that are right each by itself. */
function soundOf(written: Fields): Partial<z.output<typeof defaultsSchema>> {
  const wrong = new Set(entrySchema.safeParse(written).error?.issues.map(({ path }) => String(path[0])))
  const known = Object.entries(written).filter(([key]) => DEFAULTED_KEYS.includes(key) && !wrong.has(key))
  return defaultsSchema.safeParse(Object.fromEntries(known)).data ?? {}
}

/** Says of a field of the container that it is next to it instead of in it. */
function misplaced(problem: FieldProblem): FieldProblem {
  const key = String(problem.path.at(-1))
  if (!problem.unknownKey || !CONTAINER_KEYS.includes(key)) return problem
  return { ...problem, message: `belongs under container; write container: { ${key}: … }` }
}

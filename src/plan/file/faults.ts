import { type ErrorCode, TaskError } from '../../errors.ts'
import type { Problem } from '../../task/problems.ts'

/** Where something stands in a text: line and column, both from 1. */
export interface TextPlace {
  readonly line: number
  readonly column: number
}

/** What a text is called. */
export interface SourceName {
  /** As messages name it. */
  readonly name: string
  /** The file relative to the workspace, as annotations name it; null when there is none there. */
  readonly file: string | null
}

/** A problem of the task file, and where it is. */
interface Fault extends Problem {
  readonly place: TextPlace
  readonly code: ErrorCode
}

/** The steps from the top of a file to something in it. */
export type Path = readonly PropertyKey[]

const INVALID = 'ACODE-CTN-006'
/** More than a person mends in one go, and few enough to be held and printed. */
const MOST_FAULTS = 1000

/** Gathers all that is wrong with a file. What comes twice (from two tasks that share it) is reported once. */
export class Faults {
  readonly #found = new Map<string, Fault>()
  readonly #doubtful = new Set<string>()
  /** One of those that were too many to be kept. */
  #left: Fault | null = null

  add(place: TextPlace, field: string, message: string, code: ErrorCode = INVALID): void {
    if (!this.isDoubtful(field)) this.#keep({ place, field, message, code })
  }

  /** Adds a fault that leaves the field without a value: what else is said of it is guesswork. */
  addBlank(place: TextPlace, field: string, message: string, code: ErrorCode = INVALID): void {
    this.doubt(field)
    this.#keep({ place, field, message, code })
  }

  /** Keeps back whatever is said of a field from now on. */
  doubt(field: string): void {
    this.#doubtful.add(field)
  }

  /** True of a field that has no value to be judged. */
  isDoubtful(field: string): boolean {
    return this.#doubtful.has(field)
  }

  #keep(fault: Fault): void {
    const key = JSON.stringify(fault)
    if (this.#found.size < MOST_FAULTS || this.#found.has(key)) this.#found.set(key, fault)
    else this.#left = fault
  }

  /** In the order of the file. */
  get all(): Fault[] {
    const sorted = [...this.#found.values()].sort(
      ({ place: a }, { place: b }) => a.line - b.line || a.column - b.column,
    )
    const rest = `has more problems than the ${MOST_FAULTS} above; correct them first`
    return this.#left ? [...sorted, { ...this.#left, field: '', message: rest }] : sorted
  }
}

/** All that is wrong with a task file. */
export class TaskFileError extends TaskError {
  readonly source: SourceName
  readonly faults: readonly Fault[]
  /** Each fault as `file:line:column: field message`. */
  readonly lines: readonly string[]

  constructor(source: SourceName, faults: readonly Fault[]) {
    const lines = faults.map(
      ({ place, field, message }) =>
        `${source.name}:${place.line}:${place.column}: ${[field, message].filter(Boolean).join(' ')}`,
    )
    const [first, ...others] = new Set(faults.map(({ code }) => code))
    super(
      others.length === 0 && first ? first : INVALID,
      `${source.name} has ${count(faults.length)}:\n${lines.join('\n')}`,
    )
    this.source = source
    this.faults = faults
    this.lines = lines
  }
}

const count = (faults: number): string => (faults === 1 ? '1 problem' : `${faults} problems`)

/** `tasks[2].container.env.HOME`; also where the file is the list of tasks alone. */
export const fieldName = (path: Path): string =>
  (typeof path[0] === 'number' ? ['tasks', ...path] : path)
    .map((step, index) =>
      typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${String(step)}`,
    )
    .join('')

import type { FieldProblem } from '../../task/problems.ts'
import type { TaskDocument } from './document.ts'
import { type Faults, fieldName, type Path } from './faults.ts'

/** Where the fields of one entry are in the file; what is wrong with them goes to the faults with that place. */
export class EntryPlaces {
  readonly #document: TaskDocument
  readonly #faults: Faults
  readonly #at: Path
  readonly #isPayload: boolean

  /**
   * @param at the path of the entry
   * @param isPayload whether its id and container are those of a `task` in it
   */
  constructor(
    { document, faults }: { readonly document: TaskDocument; readonly faults: Faults },
    at: Path,
    isPayload: boolean,
  ) {
    this.#document = document
    this.#faults = faults
    this.#at = at
    this.#isPayload = isPayload
  }

  /** The path of a field of the entry. */
  own(path: Path): Path {
    const isTasks = this.#isPayload && (path[0] === 'id' || path[0] === 'container')
    return [...this.#at, ...(isTasks ? ['task'] : []), ...path]
  }

  /** The path of a field where it is written: in the entry, or in the defaults where the task has it from there. */
  given(path: Path): Path {
    const own = this.own(path)
    const shared = ['defaults', ...path]
    return !this.#document.has(own) && this.#document.has(shared) ? shared : own
  }

  /** The same for a field of the container. */
  container(path: Path): Path {
    return this.given(['container', ...path])
  }

  /** What messages call a field of the entry. */
  name(path: Path): string {
    return fieldName(this.own(path))
  }

  /** Refuses a part of a field, which is left without a value. */
  refuse(path: Path, part: string, message: string): void {
    const at = this.own(path)
    this.#faults.addBlank(this.#document.partPlace(at, part), fieldName(at), message)
  }

  /** Adds problems, each at the place that `pathOf` has for its path. */
  addAll(problems: readonly FieldProblem[], pathOf: (path: Path) => Path): void {
    for (const { field, message, path, unknownKey } of problems)
      this.#faults.add(this.#document.place(pathOf(path), unknownKey), field, message)
  }
}

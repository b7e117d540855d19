import { formatBytes } from '../../formats/units.ts'
import { readContainer } from '../../task/container-problems.ts'
import { isFields } from '../../task/fields.ts'
import { problemsOf, unknownKey } from '../../task/problems.ts'
import { SizeBudget, TooManyCharacters } from '../choice/size.ts'
import { checkIds } from '../ids.ts'
import type { PlannedTask } from '../planned-task.ts'
import type { TaskCheck } from '../policy/check.ts'
import { TaskDocument, TOO_DEEP } from './document.ts'
import { type Defaults, type EntryReader, readEntry } from './entry.ts'
import { fillIn } from './expressions.ts'
import { Faults, fieldName, type Path, TaskFileError } from './faults.ts'
import { MOST_CHARACTERS } from './file-bounds.ts'
import { defaultsSchema, taskFileSchema } from './schema.ts'
import type { TaskSource } from './source.ts'

const FILE_KEYS = taskFileSchema.keyof().options
const EXAMPLE = 'e.g. tasks: [{ id: unit, container: { image: "node:22", run: npm test } }]'
const TOO_LARGE = `makes tasks of more than ${formatBytes(MOST_CHARACTERS)} together; keep scripts in files of the repository, or make fewer combinations`
const TOP = { line: 1, column: 1 }

/**
 * The tasks that a task file asks for, in its order.
 * @param toolchainProblem what is wrong with a toolchain's name, for a plan that knows which there are
 * @param checks what else is asked of each task
 * @throws TaskFileError with all that is wrong with the file, and where
 */
export function readTaskFile(
  source: TaskSource,
  toolchainProblem: EntryReader['toolchainProblem'] = () => null,
  checks: readonly TaskCheck[] = [],
): PlannedTask[] {
  const faults = new Faults()
  const tasks = read(source.text, { faults, toolchainProblem, checks })
  if (faults.all.length > 0) throw new TaskFileError(source, faults.all)
  return tasks
}

/** What a file is read with. */
type Shared = Pick<EntryReader, 'document' | 'faults' | 'toolchainProblem' | 'checks'>

function read(text: string, shared: Omit<Shared, 'document'>): PlannedTask[] {
  const { faults } = shared
  try {
    const document = new TaskDocument(text, faults)
    return document.value === undefined ? [] : readFile({ ...shared, document })
  } catch (error) {
    if (error instanceof RangeError) faults.add(TOP, '', TOO_DEEP)
    else if (error instanceof TooManyCharacters) faults.add(TOP, '', TOO_LARGE)
    else throw error
    return []
  }
}

function readFile(shared: Shared): PlannedTask[] {
  const { document, faults } = shared
  // A list alone is the list of tasks.
  const { list, at, defaults } = Array.isArray(document.value)
    ? { list: document.value, at: [], defaults: {} }
    : topOf(document, faults)
  if (list === null) return []
  if (list.length === 0)
    faults.add(document.place(at), 'tasks', `is empty; write at least one task, ${EXAMPLE}`)
  const reader: EntryReader = {
    ...shared,
    defaults: readDefaults(defaults, document, faults),
    ids: [],
    budget: new SizeBudget(),
  }
  const tasks = list.flatMap((raw, index) => readEntry(raw, [...at, index], reader))
  checkIds(reader.ids, faults)
  return tasks
}

/** The parts of a file that is a map. */
function topOf(
  document: TaskDocument,
  faults: Faults,
): { list: unknown[] | null; at: Path; defaults: unknown } {
  const top = document.value
  if (!isFields(top)) {
    const what = top === null ? 'is empty' : 'has to be a map with tasks, or a list of tasks'
    faults.add(TOP, '', `${what}; write at least one task, ${EXAMPLE}`)
    return { list: null, at: [], defaults: {} }
  }
  // Keys x-… are the file's own: anchors of YAML are defined there, as in compose files.
  for (const key of Object.keys(top).filter((name) => !name.startsWith('x-')))
    if (!FILE_KEYS.some((known) => known === key))
      faults.add(document.place([key], true), key, unknownKey(key, FILE_KEYS))
  const list = Array.isArray(top.tasks) ? top.tasks : null
  if (list === null) {
    const what = top.tasks === undefined ? 'is missing' : 'has to be a list'
    faults.add(document.place(['tasks']), 'tasks', `${what}; write ${EXAMPLE}`)
  }
  return { list, at: ['tasks'], defaults: top.defaults ?? {} }
}

/** The defaults, whose faults are reported whether or not a task makes use of them. */
function readDefaults(written: unknown, document: TaskDocument, faults: Faults): Defaults {
  const nameOf = (path: Path) => fieldName(['defaults', ...path])
  const raw = fillIn(written, { values: {}, keys: [] }, (path, part, message) =>
    faults.addBlank(document.partPlace(['defaults', ...path], part), nameOf(path), message),
  )
  const parsed = defaultsSchema.safeParse(raw)
  const container = isFields(raw) ? raw.container : undefined
  const inContainer =
    container === undefined ? [] : readContainer(container, (path) => nameOf(['container', ...path])).problems
  const problems = [
    ...(parsed.error ? problemsOf(parsed.error, raw, nameOf, () => DEFAULTS_KEYS) : []),
    ...inContainer.map((problem) => ({ ...problem, path: ['container', ...problem.path] })),
  ]
  for (const { field, message, path, unknownKey } of problems)
    faults.add(document.place(['defaults', ...path], unknownKey), field, message)
  return { ...parsed.data, container: isFields(container) ? container : {} }
}

const DEFAULTS_KEYS = defaultsSchema.keyof().options

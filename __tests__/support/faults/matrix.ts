import { type Cell, type CellResult, nameOf, runCell } from './cell.ts'
import { isOfKilledBuilder } from './leftovers.ts'
import { MortalEngine } from './mortal-engine.ts'
import { PHASES } from './phases.ts'
import { Sibling } from './sibling.ts'
import { FAULTS } from './strikes.ts'

/** Every fault in every phase in which it can strike, fault by fault. */
export const CELLS: readonly Cell[] = FAULTS.flatMap((fault) =>
  PHASES.filter(({ name }) => fault.phases?.includes(name) ?? true).map((phase) => ({ phase, fault })),
)

/** The problems of a cell but for those that are known. */
const unknown = (cell: Cell, problems: readonly string[]): readonly string[] =>
  nameOf(cell) === 'engine-kill:build'
    ? problems.filter((problem) => !isOfKilledBuilder(problem.replace(/^left: /, '')))
    : problems

/**
 * The cells of these names: `FAULT:PHASE`, or either alone.
 * @throws Error that names what there is not
 */
export function cellsNamed(names: readonly string[]): readonly Cell[] {
  const matches = (name: string) => (cell: Cell) =>
    name === nameOf(cell) || name === cell.fault.name || name === cell.phase.name
  const strangers = names.filter((name) => !CELLS.some(matches(name)))
  if (strangers.length > 0)
    throw new Error(
      `there is no cell ${strangers.join(', ')}. Faults: ${FAULTS.map(({ name }) => name).join(' ')}. Phases: ${PHASES.map(({ name }) => name).join(' ')}. A cell is FAULT:PHASE.`,
    )
  return names.length === 0 ? CELLS : CELLS.filter((cell) => names.some((name) => matches(name)(cell)))
}

/** A cell that has been tried, with all that is wrong with it. */
export type Tried = CellResult & { readonly cell: Cell }

/** Tries cells one after the other on their own engine, beside a task of another job that is to be left alone. */
export async function tryCells(
  cells: readonly Cell[],
  onTried: (tried: Tried) => void = () => undefined,
): Promise<Tried[]> {
  const engine = await MortalEngine.start()
  const tried: Tried[] = []
  let sibling: Sibling | null = null
  const endSibling = async () => {
    const harm = await sibling?.end()
    sibling = null
    const last = tried.at(-1)
    if (harm && last)
      tried[tried.length - 1] = { ...last, problems: [...last.problems, `the sibling: ${harm}`] }
  }
  try {
    for (const cell of cells) {
      if (cell.fault.endsOthers) await endSibling()
      else sibling ??= await Sibling.start(engine)
      const result = await tryCell(cell, engine, sibling)
      const one = { ...result, problems: unknown(cell, result.problems), cell }
      tried.push(one)
      onTried(one)
    }
    await endSibling()
    return await withGuards(tried)
  } finally {
    await engine.remove()
  }
}

/** A cell that cannot be tried is a problem like any other. */
async function tryCell(cell: Cell, engine: MortalEngine, sibling: Sibling | null): Promise<CellResult> {
  try {
    return await runCell(cell, engine, sibling)
  } catch (error) {
    const problem = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return {
      problems: [problem],
      outcome: 'not tried',
      seconds: 0,
      log: problem,
      guard: Promise.resolve(null),
    }
  }
}

const withGuards = (tried: readonly Tried[]): Promise<Tried[]> =>
  Promise.all(
    tried.map(async (one) => {
      const left = await one.guard
      return left === null ? one : { ...one, problems: [...one.problems, left] }
    }),
  )

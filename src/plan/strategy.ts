import type { z } from 'zod'
import { type FieldProblem, problemsOf, unknownKey } from '../task/problems.ts'
import type { Combination } from './file/expressions.ts'
import type { Path } from './file/faults.ts'
import { strategySchema } from './file/schema.ts'

type Strategy = z.output<typeof strategySchema>

/** More than any plan can run, and few enough to count. */
const MOST_COMBINATIONS = 10_000

/** A fault of an expression names all keys that there are. */
const MOST_KEYS = 100

/** A strategy's combinations, in order, and the keys that they have. */
export interface Expansion {
  readonly combinations: readonly Combination[]
  readonly keys: readonly string[]
  /** Those of the keys that have a list: they distinguish the combinations. */
  readonly ownKeys: readonly string[]
}

/** Reads a strategy: its expansion, or what is wrong with it. */
export function readStrategy(
  strategy: unknown,
  nameOf: (path: Path) => string,
): { expansion: Expansion | null; problems: FieldProblem[] } {
  const parsed = strategySchema.safeParse(strategy)
  const problems = parsed.success
    ? strategyProblems(parsed.data, nameOf)
    : problemsOf(parsed.error, strategy, nameOf, () => []).map(asInWorkflows)
  if (!parsed.success || problems.length > 0) return { expansion: null, problems }
  const combinations = expand(parsed.data)
  const ownKeys = Object.keys(listsOf(parsed.data))
  const keys = [...new Set([...ownKeys, ...combinations.flatMap(Object.keys)])]
  return { expansion: { combinations, keys, ownKeys }, problems: [] }
}

/** In a workflow the keys are in `matrix`, and here they are not. */
function asInWorkflows(problem: FieldProblem): FieldProblem {
  if (problem.path.join('.') !== 'matrix') return problem
  return {
    ...problem,
    message: 'stands around the keys in a workflow, and not here; write strategy: { version: [20, 22] }',
  }
}

/** The lists' product without what is excluded, and with what is included: GitHub's meaning of a matrix. */
export function expand(strategy: Strategy): Combination[] {
  const { include = [], exclude = [] } = strategy
  const lists = listsOf(strategy)
  const originals = product(lists).filter(
    (combination) =>
      !exclude.some((pattern) => Object.entries(pattern).every(([key, value]) => combination[key] === value)),
  )
  const extended: Record<string, string>[] = originals.map((combination) => ({ ...combination }))
  const added: Combination[] = []
  for (const addition of include) {
    // Added to each combination none of whose own values it would change; a further combination where none is left.
    const fitting = extended.filter((_, index) =>
      Object.entries(addition).every(
        ([key, value]) => !Object.hasOwn(lists, key) || originals[index]?.[key] === value,
      ),
    )
    if (fitting.length === 0) added.push(addition)
    for (const combination of fitting) Object.assign(combination, addition)
  }
  return [...extended, ...added]
}

function product(lists: Readonly<Record<string, readonly string[]>>): Combination[] {
  const entries = Object.entries(lists)
  if (entries.length === 0) return []
  return entries.reduce<Combination[]>(
    (made, [key, values]) =>
      made.flatMap((combination) => values.map((value) => ({ ...combination, [key]: value }))),
    [{}],
  )
}

function listsOf({ include: _, exclude: __, ...lists }: Strategy): Record<string, string[]> {
  return lists
}

function strategyProblems(strategy: Strategy, nameOf: (path: Path) => string): FieldProblem[] {
  const problems: FieldProblem[] = []
  const add = (path: Path, message: string, isKey = true) =>
    problems.push({ field: nameOf(path), path, message, unknownKey: isKey })
  const lists = listsOf(strategy)
  if (Object.keys(lists).length > MOST_KEYS) {
    add([], `has ${Object.keys(lists).length} keys; ${MOST_KEYS} are the most`, false)
    return problems
  }
  const named: Path[] = [
    ...Object.keys(lists).map((key) => [key]),
    ...(strategy.include ?? []).flatMap((one, index) =>
      Object.keys(one).map((key) => ['include', index, key]),
    ),
  ]
  for (const path of named)
    if (!/^[A-Za-z_][\w-]*$/.test(String(path.at(-1))))
      add(path, `is no name that \${{ matrix.… }} could use (letters, digits, _ -)`)
  for (const [index, pattern] of (strategy.exclude ?? []).entries())
    for (const key of Object.keys(pattern))
      if (!Object.hasOwn(lists, key)) add(['exclude', index, key], unknownKey(key, Object.keys(lists)))
  const count = Object.values(lists).reduce((all, values) => all * values.length, 1)
  if (count > MOST_COMBINATIONS)
    add([], `makes ${count} combinations; ${MOST_COMBINATIONS} are the most that are counted`, false)
  else if (problems.length === 0 && expand(strategy).length === 0)
    add([], 'makes no combination; add a list of values, or exclude less', false)
  return problems
}

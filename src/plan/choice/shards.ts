import { TaskError } from '../../errors.ts'
import { formatBytes } from '../../formats/units.ts'
import { TaskFileError } from '../file/faults.ts'
import type { TaskSource } from '../file/source.ts'
import type { Shard } from '../inputs.ts'
import { type PlannedLeg, publishedLeg } from '../matrix.ts'
import type { PlannedTask } from '../planned-task.ts'
import { type Selection, withoutThose } from './selection.ts'

/** The jobs that one matrix may have. */
const MOST_LEGS = 256
/** Bytes of a job's outputs, in UTF-16 as GitHub counts them, without room for the other outputs than the matrix. */
const MOST_OUTPUT = 1024 ** 2 - 24 * 1024
/** Bytes of one environment variable with its name and its end, which an input is (Linux, MAX_ARG_STRLEN). */
const MOST_VARIABLE = 128 * 1024

/** The tasks of a shard: each m-th one, so that shards differ by one task at most and neighbours are spread. */
export function deal(selection: Selection, shard: Shard | undefined): Selection {
  if (!shard) return selection
  return withoutThose(selection, (_, index) => {
    const part = (index % shard.of) + 1
    return part === shard.part ? null : `in shard ${part}/${shard.of}`
  })
}

/**
 * Refuses a matrix that GitHub would not run, or whose legs could not be started.
 * @throws TaskError ACODE-CTN-006 that says how many shards it takes
 */
export function checkLimits(legs: readonly PlannedLeg[], shard: Shard | undefined): void {
  const shards = shard?.of ?? 1
  const sizes = legs.map(sizeOf)
  const fitIn = (parts: number) => fits(sizes, parts) && idsFit(legs, parts)
  if (fitIn(shards)) return
  let least = leastShards(sizes)
  while (!fitIn(least)) least++
  const tasks = Math.ceil(legs.length / shards)
  const what =
    tasks > MOST_LEGS
      ? `${tasks} tasks are more than the ${MOST_LEGS} jobs of one matrix`
      : `The matrix of ${tasks} tasks, or the list of their ids, is larger than the ${formatBytes(1024 ** 2)} (UTF-16) and ${formatBytes(MOST_VARIABLE)} that a job can hand on`
  throw new TaskError(
    'ACODE-CTN-006',
    `${what}. Plan them in ${least} parts: call the workflow ${least} times, with shard: 1/${least} to shard: ${least}/${least}.`,
  )
}

/**
 * Refuses tasks that are too long to be handed to their legs.
 * @throws TaskFileError
 */
export function checkLengths(
  tasks: readonly PlannedTask[],
  legs: readonly PlannedLeg[],
  source: TaskSource,
): void {
  const published = legs.map(publishedLeg)
  const faults = tasks.flatMap(({ id, place }, index) => {
    // The leg is the longest of what a job gets of it: the action's hidden input `matrix`.
    const bytes = Buffer.byteLength(`INPUT_MATRIX=${JSON.stringify(published[index], null, 2)}`) + 1
    if (bytes <= MOST_VARIABLE) return []
    const message = `takes ${bytes} bytes with its defaults, and a job can be handed ${MOST_VARIABLE}; move scripts and data to files of the repository`
    return [{ place, field: `task ${id}`, message, code: 'ACODE-CTN-006' as const }]
  })
  if (faults.length > 0) throw new TaskFileError(source, faults)
}

/** Bytes of a leg in the outputs: itself and a comma in `matrix`, its id once more in `ids`. */
const sizeOf = (leg: PlannedLeg): number =>
  2 * (JSON.stringify(publishedLeg(leg)).length + JSON.stringify(leg.id).length + 2)

/** The ids of each shard are handed to its report, as a list in one variable. */
function idsFit(legs: readonly PlannedLeg[], shards: number): boolean {
  const bytes = new Array<number>(shards).fill('INPUT_EXPECTED=[]'.length + 1)
  for (const [index, { id }] of legs.entries())
    bytes[index % shards] = (bytes[index % shards] ?? 0) + Buffer.byteLength(JSON.stringify(id)) + 1
  return bytes.every((sum) => sum <= MOST_VARIABLE)
}

/** The least number of shards each of which fits into a matrix. */
export function leastShards(sizes: readonly number[]): number {
  let shards = Math.max(1, Math.ceil(sizes.length / MOST_LEGS))
  while (shards < sizes.length && !fits(sizes, shards)) shards++
  return shards
}

function fits(sizes: readonly number[], shards: number): boolean {
  const sums = new Array<number>(shards).fill(0)
  for (const [index, size] of sizes.entries()) sums[index % shards] = (sums[index % shards] ?? 0) + size
  return Math.ceil(sizes.length / shards) <= MOST_LEGS && sums.every((sum) => sum <= MOST_OUTPUT)
}

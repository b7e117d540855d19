import type { Readable } from 'node:stream'
import { messageOf } from '../../errors.ts'
import { formatBytes } from '../../formats/units.ts'
import * as runner from '../../github/runner.ts'
import { type Budget, OverBudgetError } from '../../host/budget.ts'
import { removeFolder } from '../../host/files.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import { keepCopy, newKeptFolder, removeEarlierCopies } from '../../workspace/keep.ts'
import type { Context } from '../context/context.ts'
import type { Ran } from '../context/prepared.ts'
import { budgetOf, leftOutWarning } from './collect-budget.ts'

/**
 * Keeps a failed task's working copy on the runner, where that is asked for (GIT-2), within its own budget, which is
 * as large as that of collecting. What does not fit is left out and named.
 * @returns the folder; null when nothing is kept
 */
export async function keepFailed(
  { docker, run, signals }: Context,
  spec: ContainerSpec,
  { workspace, container, status }: Ran,
): Promise<string | null> {
  const { inputs, paths } = run
  if (!inputs['keep-failed'] || workspace.kind !== 'copy' || status === 'succeeded') return null
  const folder = newKeptFolder(paths.lasting, container.name)
  const budget = budgetOf(spec, signals.cancel)
  try {
    await removeEarlierCopies(paths.lasting, container.name)
    const keep = (archive: Readable) => keepCopy(archive, folder, budget)
    const reading = docker.archives.get(container.id, workspace.path, keep, { signal: budget.signal })
    await reading.catch(unlessOver(budget))
    runner.info(`Kept the failed task's working copy in ${folder} (${formatBytes(budget.used.bytes)})`)
    const leftOut = leftOutWarning(budget, spec)
    if (leftOut !== null) runner.warning(`The working copy in ${folder} is not whole. ${leftOut}`)
    return folder
  } catch (error) {
    await removeFolder(folder)
    runner.warning(`The failed task's working copy could not be kept in ${folder}: ${messageOf(error)}`)
    return null
  }
}

/** What the budget's end cut off is kept as far as it came. */
const unlessOver = (budget: Budget) => (error: unknown) => {
  if (!budget.isCutOff() && !(error instanceof OverBudgetError)) throw error
}

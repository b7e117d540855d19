import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { explainEngineError } from '../container/engine-errors.ts'
import type { TaskContainer } from '../container/task-container.ts'
import { messageOf, sentence, TaskError } from '../errors.ts'
import { formatBytes } from '../formats/units.ts'
import * as runner from '../github/runner.ts'
import { type Budget, OverBudgetError } from '../host/budget.ts'
import { removeFolder } from '../host/files.ts'
import { giveBack } from '../ownership/restore.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { applyChanges, changedSince } from '../workspace/apply.ts'
import { requireAsGiven } from '../workspace/as-given.ts'
import { type ChangeReport, changeFiles, writeChanges } from '../workspace/collect.ts'
import { keepCopy, newKeptFolder, removeEarlierCopies } from '../workspace/keep.ts'
import type { CollectedChanges, Workspace } from '../workspace/workspace.ts'
import type { Context } from './context.ts'
import { budgetOf, incompleteChanges, leftOutWarning } from './over-budget.ts'
import { applierOf } from './recover.ts'
import { settle } from './settle.ts'

/**
 * What the task changed, kept in the record and brought to the runner's workspace where that is asked for. A
 * task whose changes are lost has not succeeded (ACODE-CTN-010).
 * @returns null where the method does not tell them
 */
export async function collectChanges(
  context: Context,
  spec: ContainerSpec,
  workspace: Workspace,
  container: TaskContainer,
  budget: Budget,
): Promise<CollectedChanges | 'lost' | null> {
  const { run, docker, signals } = context
  let collected: CollectedChanges | 'lost' | null = 'lost'
  try {
    if (container.shared) await giveBack(docker, container.id, container.shared)
    const store = join(run.folder.private, 'changes')
    await mkdir(store, { recursive: true })
    const wanted = spec.changes !== 'discard' || spec.artifacts.length > 0
    const image = spec.image ?? run.recorder.record.container.image ?? ''
    const changes = wanted ? await workspace.collect(container.id, image, store, budget) : null
    collected = changes
    if (changes && spec.changes !== 'discard') await keepChanges(context, spec, changes, budget)
  } catch (error) {
    // What the budget's end cut off says so, and not that it is at an end.
    const isCutOff = budget.signal.aborted && !(error instanceof TaskError)
    const cause: unknown = isCutOff ? budget.signal.reason : error
    const failure = failureOf(await explainEngineError(docker, cause), spec, run.identity.container)
    if (run.recorder.record.status !== 'succeeded') runner.warning(failure.message, failure.code)
    else if (signals.cancel.aborted) settle(run, 'cancelled', cancelledInCollecting(run.identity.container))
    else settle(run, 'error', failure)
  }
  return collected
}

function cancelledInCollecting(container: string): TaskError {
  return new TaskError(
    'ACODE-CTN-009',
    `The job was cancelled while the changes of the task in ${container} were collected: nothing of them was applied.`,
    { status: 'cancelled' },
  )
}

function failureOf(why: unknown, spec: ContainerSpec, container: string): TaskError {
  if (why instanceof OverBudgetError) return incompleteChanges(why, spec, container)
  if (why instanceof TaskError && why.code === 'ACODE-CTN-010') return why
  return new TaskError(
    'ACODE-CTN-010',
    `The changes of the task in ${container} could not be collected: ${sentence(messageOf(why))} Its log and artifacts are in the record.`,
  )
}

async function keepChanges(
  { run, env, signals }: Context,
  spec: ContainerSpec,
  collected: CollectedChanges,
  budget: Budget,
): Promise<void> {
  const { record, paths } = run.recorder
  const folder = env.GITHUB_WORKSPACE ?? process.cwd()
  const report = await writeChanges(
    collected,
    join(run.folder.private, 'git'),
    changeFiles(paths.base),
    budget,
  )
  if (record.workspace) {
    record.workspace.changedFiles = report.changes.written.size
    record.workspace.deletedFiles = report.changes.deleted.size
    record.workspace.ignoredFiles = report.ignored
    record.workspace.commits = report.commits
    if (report.warnings.length > 0) record.workspace.warnings = [...report.warnings]
  }
  run.recorder.patch = report.file
  const since = new Date(record.startedAt)
  const moved = await changedSince(folder, report.changes, since)
  if (moved.length > 0)
    runner.warning(
      `The checkout changed while the task ran (${moved.slice(0, 5).join(', ')}): the patch is against what is there now.`,
      'ACODE-CTN-010',
    )
  tell(report)
  if (report.commitsLost !== null)
    throw new TaskError(
      'ACODE-CTN-010',
      `The commits of the task in ${run.identity.container} could not be bundled: ${report.commitsLost}. Its files are in the record${report.file === null ? ', none of them changed' : ` (${report.file})`}; nothing was applied.`,
    )
  if (spec.changes !== 'apply' || record.status !== 'succeeded') return
  if (!spec.workspaceUncommitted) await requireAsGiven(folder, report.changes, collected.baseline)
  await applyChanges(folder, report.changes, since, applierOf(run.owner, env))
  runner.info(
    signals.cancel.aborted
      ? 'The job was cancelled while the changes were applied to the workspace: that was finished first'
      : 'The changes were applied to the workspace',
  )
}

function tell({ changes, ignored, file, commits, warnings }: ChangeReport): void {
  for (const warning of warnings) runner.warning(warning, 'ACODE-CTN-010')
  const { written, deleted } = changes
  const parts = [
    written.size > 0 ? `${written.size} ${written.size === 1 ? 'file' : 'files'} written` : null,
    deleted.size > 0 ? `${deleted.size} deleted` : null,
    ignored > 0 ? `${ignored} ignored by git left out` : null,
    commits > 0 ? `commits on ${commits} references` : null,
    changes.special.length > 0 ? `${changes.special.length} sockets, pipes or devices left out` : null,
    file === null ? null : `in ${file}`,
  ]
  const told = parts.filter((part) => part !== null)
  if (told.length > 0) runner.info(`Changes: ${told.join(', ')}`)
}

/**
 * Keeps a failed task's working copy on the runner, where that is asked for (GIT-2), within a budget of its own that is
 * as large as that of collecting. What does not fit is left out and named.
 */
export async function keepFailed(
  { docker, run, env, signals }: Context,
  spec: ContainerSpec,
  workspace: Workspace,
  container: TaskContainer,
): Promise<void> {
  const { record } = run.recorder
  const isCopy = workspace.source !== null && 'volume' in workspace.source
  if (!run.inputs['keep-failed'] || !isCopy || record.status === 'succeeded') return
  const folder = newKeptFolder(env, record.container.name)
  const budget = budgetOf(spec, signals.cancel)
  try {
    await removeEarlierCopies(env, record.container.name)
    const keep = (archive: Readable) => keepCopy(archive, folder, budget)
    const reading = docker.archives.get(container.id, workspace.path, keep, { signal: budget.signal })
    await reading.catch(unlessOver(budget))
    if (record.workspace) record.workspace.kept = folder
    runner.info(`Kept the failed task's working copy in ${folder} (${formatBytes(budget.used.bytes)})`)
    const leftOut = leftOutWarning(budget, spec)
    if (leftOut !== null) runner.warning(`The working copy in ${folder} is not whole. ${leftOut}`)
  } catch (error) {
    await removeFolder(folder)
    runner.warning(`The failed task's working copy could not be kept in ${folder}: ${messageOf(error)}`)
  }
}

/** What the budget's end cut off is kept as far as it came. */
const unlessOver = (budget: Budget) => (error: unknown) => {
  if (!budget.isCutOff() && !(error instanceof OverBudgetError)) throw error
}

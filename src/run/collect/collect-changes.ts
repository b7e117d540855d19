import { mkdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { explainEngineError } from '../../container/facts/engine-errors.ts'
import { folderInWorkspace } from '../../container/workdir.ts'
import { messageOf, type Status, sentence, TaskError } from '../../errors.ts'
import { shellQuoted } from '../../formats/shell-quoted.ts'
import * as runner from '../../github/runner.ts'
import { type Budget, OverBudgetError } from '../../host/budget.ts'
import type { ChangeFacts, Facts } from '../../record/facts.ts'
import { patchLinesOf } from '../../record/summary/diffstat.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import { applyChanges, changedSince } from '../../workspace/apply/apply.ts'
import { requireAsGiven } from '../../workspace/apply/as-given.ts'
import { changeFiles } from '../../workspace/patch/change-files.ts'
import { type ChangeReport, writeChanges } from '../../workspace/patch/collect.ts'
import type { RepositoryReport } from '../../workspace/patch/repository-changes.ts'
import type { ChangeWishes } from '../../workspace/patch/writing.ts'
import { headOf } from '../../workspace/repository.ts'
import type { CollectedChanges } from '../../workspace/workspace.ts'
import type { Context } from '../context/context.ts'
import type { Run } from '../context/open-run.ts'
import type { Ran } from '../context/prepared.ts'
import { takeApplyToken } from '../context/step-end.ts'
import { endsAs } from '../context/verdict.ts'
import { applierOf } from '../left/recover-workspace.ts'
import { incompleteChanges } from './collect-budget.ts'

/** The changes of a task, and how it ends by what became of them. */
export interface KeptChanges {
  /** Null when the method does not say. */
  readonly changes: CollectedChanges | 'lost' | null
  readonly status: Status
}

/**
 * What the task changed, kept in the record and brought to the runner's workspace where that is asked for. A
 * task whose changes are lost has not succeeded (ACODE-CTN-010).
 */
export async function* collectChanges(
  context: Context,
  spec: ContainerSpec,
  { workspace, container, shared, status }: Ran,
  budget: Budget,
): AsyncGenerator<Facts, KeptChanges, void> {
  const { docker, run, signals } = context
  let collected: KeptChanges['changes'] = 'lost'
  try {
    await shared.restore()
    const store = join(run.folder.private, 'changes')
    await mkdir(store, { recursive: true })
    const wanted = spec.changes !== 'discard' || spec.artifacts.length + spec.reports.length > 0
    const changes = wanted ? await workspace.collect(container.id, store, budget) : null
    collected = changes
    if (changes && spec.changes !== 'discard') yield* keepChanges(context, spec, { changes, status }, budget)
    return { changes, status }
  } catch (error) {
    // What the budget's end cut off says so, and not that it is at an end.
    const isCutOff = budget.signal.aborted && !(error instanceof TaskError)
    const cause = await explainEngineError(docker, isCutOff ? budget.signal.reason : error)
    const failure = failureOf(cause, spec, container.name)
    if (status !== 'succeeded') {
      // A task that had failed by itself has its own reason.
      runner.warning(failure.message, failure.code)
      return { changes: collected, status }
    }
    const verdict = signals.cancel.aborted ? cancelledInCollecting(container.name) : failure
    yield endsAs(verdict.status, verdict)
    return { changes: collected, status: verdict.status }
  }
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

async function* keepChanges(
  context: Context,
  spec: ContainerSpec,
  { changes: collected, status }: KeptChanges & { readonly changes: CollectedChanges },
  budget: Budget,
): AsyncGenerator<Facts, void, void> {
  const { run } = context
  const { recorder, folder } = run
  const files = changeFiles(recorder.paths.base)
  const report = await writeChanges(
    collected,
    join(folder.private, 'git'),
    files,
    budget,
    wishesOf(spec, run.paths.workspace),
  )
  const lines = await patchLinesOf(report.file)
  const changes = { ...changeFacts(report, recorder.paths.base), ...(lines && { lines }) }
  yield { changes, patch: report.file }
  const head = await innerHead(run, spec, report)
  if (head !== undefined) yield { head }
  await warnOfMoved(run, report)
  logChanges(report)
  if (report.commitsLost !== null)
    throw new TaskError(
      'ACODE-CTN-010',
      `The commits of the task in ${run.identity.container} could not be bundled: ${report.commitsLost}. Its files are in the record${report.file === null ? ', none of them changed' : ` (${report.file})`}; nothing was applied.`,
    )
  if (spec.changes === 'apply' && status === 'succeeded') await apply(context, spec, collected, report)
}

function wishesOf(
  { includeIgnored, repositoryPath, workdir, workspacePath }: ContainerSpec,
  runnerPath: string,
): ChangeWishes {
  const folder = folderInWorkspace(workdir, workspacePath ?? runnerPath)
  return { includeIgnored, repositoryPath, workdir: folder === '' ? undefined : folder }
}

/** The commit of the repository that was found for the patch; undefined where that is the workspace's own, or was named. */
async function innerHead(
  { paths, folder }: Run,
  { repositoryPath }: ContainerSpec,
  { main }: ChangeReport,
): Promise<string | null | undefined> {
  if (main === null || main.path === '' || repositoryPath !== undefined) return undefined
  return headOf(join(paths.workspace, main.path), folder.private)
}

function changeFacts(
  { changes, ignored, commits, warnings, repositories }: ChangeReport,
  base: string,
): ChangeFacts {
  return {
    changedFiles: changes.written.size,
    deletedFiles: changes.deleted.size,
    ignoredFiles: ignored,
    commits,
    warnings,
    repositories: repositories.map(({ path, patch, bundle, lfsFiles }) => ({
      path,
      patch: patch && relative(base, patch),
      bundle: bundle && relative(base, bundle),
      lfsFiles,
    })),
  }
}

async function warnOfMoved({ paths, startedAt }: Run, { changes }: ChangeReport): Promise<void> {
  const moved = await changedSince(paths.workspace, changes, startedAt, paths.temp)
  if (moved.length > 0)
    runner.warning(
      `The checkout changed while the task ran (${moved.slice(0, 5).join(', ')}): the patch is against what is there now.`,
      'ACODE-CTN-010',
    )
}

/** Brings the changes to the runner's workspace. */
async function apply(
  { run, signals, step }: Context,
  spec: ContainerSpec,
  { baseline }: CollectedChanges,
  { changes }: ChangeReport,
): Promise<void> {
  const { workspace } = run.paths
  if (!spec.workspaceUncommitted) await requireAsGiven(workspace, changes, baseline)
  const permit = async () => {
    const isOver = step.isOver() || signals.late.aborted
    if (isOver || !(await takeApplyToken(run.folder))) throw new Error('its step is over')
  }
  await applyChanges(workspace, changes, run.startedAt, { ...applierOf(run.owner, run.paths), permit })
  runner.info(
    signals.cancel.aborted
      ? 'The job was cancelled while the changes were applied to the workspace: that was finished first'
      : 'The changes were applied to the workspace',
  )
}

/** How the changes of a repository are applied where one command does not do. */
function howToApply({ patch, bundle, lfs, lfsFiles, path }: RepositoryReport): string[] {
  const isInner = path !== ''
  const where = isInner ? ` of ${path}` : ''
  const lfsFolder = '"$(git rev-parse --git-common-dir)/lfs"'
  const found = [
    isInner && patch !== null ? `Changes${where}: git apply ${shellWord(patch)} in that folder` : null,
    isInner && bundle !== null ? `Commits${where}: git fetch ${shellWord(bundle)} in that folder` : null,
    patch !== null && lfsFiles > 0
      ? `Changes${where} with their Git LFS files: mkdir -p ${lfsFolder} && cp -R ${shellWord(`${lfs}/.`)} ${lfsFolder} && git apply ${shellWord(patch)}`
      : null,
  ]
  return found.filter((line) => line !== null)
}

/** A path as one word of a shell. */
const shellWord = (path: string): string => (/^[\w./-]+$/.test(path) ? path : shellQuoted(path))

function logChanges(report: ChangeReport): void {
  const { changes, ignored, file, commits, warnings, main, repositories } = report
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
  const known = parts.filter((part) => part !== null)
  if (known.length > 0) runner.info(`Changes: ${known.join(', ')}`)
  for (const one of main === null ? repositories : [main, ...repositories])
    for (const line of howToApply(one)) runner.info(line)
}

import { explainEngineError } from '../../container/facts/engine-errors.ts'
import { CONTROL } from '../../container/mounts/control.ts'
import { workdirOf } from '../../container/workdir.ts'
import { messageOf, type Status, TaskError } from '../../errors.ts'
import { formatBytes } from '../../formats/units.ts'
import * as runner from '../../github/runner.ts'
import type { Budget } from '../../host/budget.ts'
import { type CollectedFile, type CollectedFiles, collectArtifacts } from '../../record/collect/collect.ts'
import { digestsOf } from '../../record/collect/digests.ts'
import { type Exported, NOTHING_EXPORTED } from '../../record/collect/exported.ts'
import { leakWarning } from '../../record/collect/leaks.ts'
import { fittingOutputs, NO_OUTPUTS } from '../../record/collect/task-outputs.ts'
import {
  type ReadReports,
  type ReportsRequest,
  readReports,
  unreadReports,
} from '../../record/collect/test-reports.ts'
import { readWritten, type Written } from '../../record/collect/written.ts'
import type { Facts } from '../../record/facts.ts'
import type { Recorder } from '../../record/recorder.ts'
import type { RunRecord, Tests } from '../../record/run-record.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import type { Context } from '../context/context.ts'
import type { Run } from '../context/open-run.ts'
import type { Prepared, Ran } from '../context/prepared.ts'
import { endsAs } from '../context/verdict.ts'
import { budgetOf, leftOutWarning } from './collect-budget.ts'
import { collectChanges, type KeptChanges } from './collect-changes.ts'
import { passToLaterSteps, readForLaterSteps } from './export.ts'
import { keepFailed } from './keep-failed.ts'

/**
 * What the task left for the workflow. That some of it cannot be had is a warning, not the task's failure. Its outputs
 * come first: a bad line among them fails the task, and what a failed task changed is not applied.
 */
export async function* collect(
  context: Context,
  spec: ContainerSpec,
  ran: Ran,
): AsyncGenerator<Facts, Status, void> {
  const { run, signals } = context
  const budget = budgetOf(spec, signals.cancel)
  const written = await readFiles(context, ran)
  const exported = await readExports(context, spec, ran)
  passToLaterSteps(exported)
  let { status } = ran
  const fault = written.outputs.fault ?? exported.fault
  if (fault !== null && status === 'succeeded') {
    status = 'failed'
    yield endsAs(status, badOutput(run, fault))
  }
  const kept = yield* collectChanges(context, spec, { ...ran, status }, budget)
  status = kept.status
  const folder = await keepFailed(context, spec, { ...ran, status })
  if (folder !== null) yield { kept: folder }
  const collected = await collectFiles(context, spec, ran, kept.changes, budget)
  runner.info(artifactsLine(collected))
  yield { collected: await collectedFacts(run, written, collected, budget) }
  const warnings = await warningsOf(context, spec, collected, budget)
  const isCutOff = budget.exceeded.has('cancelled') || !collected.isWhole
  if (isCutOff && signals.cancel.aborted && status === 'succeeded') {
    status = 'cancelled'
    yield endsAs(status, cutOff(run))
  }
  yield { left: { ...written, ...collected, warnings: [...written.warnings, ...warnings] } }
  return status
}

/** What the record has of all that was taken in. */
async function collectedFacts(
  { recorder }: Run,
  { outputs }: Written,
  { artifacts, tests }: CollectedLeft,
  budget: Budget,
): Promise<NonNullable<Facts['collected']>> {
  const digests = await digestsOf(artifacts, recorder.paths.artifacts, budget.signal)
  return {
    ...recordedOutputs(outputs.all, recorder),
    artifacts: listed(artifacts, ({ name }) => name),
    collection: { ...collectionOf(artifacts, budget), digests: listed(digests, (one) => one) },
    tests,
  }
}

/** What there is to say of what was taken in: how it failed, what was left out, and secrets in it. */
async function warningsOf(
  { run: { recorder } }: Context,
  spec: ContainerSpec,
  { artifacts, warnings }: CollectedLeft,
  budget: Budget,
): Promise<string[]> {
  const leftOut = leftOutWarning(budget, spec)
  const leaks = await leakWarning(artifacts, recorder, budget.signal)
  return [...warnings, ...[leftOut, leaks].filter((warning) => warning !== null)]
}

/** The files that a task left, and what its tests say. */
interface CollectedLeft extends CollectedFiles {
  readonly tests: Tests | null
  /** False when they could not be collected. */
  readonly isWhole: boolean
}

async function readFiles({ docker }: Context, { container: { folders, id } }: Prepared): Promise<Written> {
  try {
    return await readWritten((path, maxBytes) => folders.read(id, CONTROL, path, maxBytes))
  } catch (error) {
    const why = messageOf(await explainEngineError(docker, error))
    const warning = `Outputs and summary of the task could not be read: ${why}`
    return { outputs: NO_OUTPUTS, summary: '', warnings: [warning] }
  }
}

async function readExports(
  { docker, run }: Context,
  spec: ContainerSpec,
  { workspace, container: { folders, id } }: Prepared,
): Promise<Exported> {
  try {
    return await readForLaterSteps({
      folders,
      container: id,
      workspace: workspace.path,
      runnerPath: run.paths.workspace,
      isExported: spec.exportEnv,
    })
  } catch (error) {
    const why = messageOf(await explainEngineError(docker, error))
    runner.warning(`What the task wrote to $GITHUB_ENV and $GITHUB_PATH could not be read: ${why}`)
    return NOTHING_EXPORTED
  }
}

async function collectFiles(
  { run, docker }: Context,
  spec: ContainerSpec,
  { workspace, container: { folders, id } }: Prepared,
  changes: KeptChanges['changes'],
  budget: Budget,
): Promise<CollectedLeft> {
  const isEmpty = workspace.method === 'none' && spec.artifacts.length + spec.reports.length > 0
  try {
    const tree = {
      workspace: isEmpty ? (await folders.collect(id, workspace.path, '', budget)).path : run.paths.workspace,
      changes: changes === 'lost' ? null : (changes?.changes ?? null),
      budget,
    }
    // Without its changes, what matches is what the task was given.
    const globsOf = (globs: readonly string[]) => (changes === 'lost' ? [] : globs)
    const found = await collectArtifacts({
      ...tree,
      artifacts: () => folders.collect(id, CONTROL, 'artifacts', budget),
      globs: globsOf(spec.artifacts),
      to: run.recorder.paths.artifacts,
    })
    const reports = await readTests(spec, workspace.path, {
      ...tree,
      globs: globsOf(spec.reports),
      artifacts: found.artifacts.length === 0 ? null : run.recorder.paths.artifacts,
    })
    const warnings = [...found.warnings, ...reports.warnings]
    return { ...found, warnings, tests: reports.tests, isWhole: true }
  } catch (error) {
    const why = messageOf(await explainEngineError(docker, error))
    const warning = `Artifacts of the task could not be collected: ${why}`
    const nothing = { artifacts: [], artifactBytes: 0, unmatched: [], tests: null }
    return { ...nothing, warnings: [warning], isWhole: false }
  }
}

/** What the task's tests say, where it names reports. */
async function readTests(
  { workdir }: ContainerSpec,
  workspace: string,
  request: Omit<ReportsRequest, 'container'>,
): Promise<ReadReports> {
  if (request.globs.length === 0) return { tests: null, warnings: [] }
  const container = { workspace, workdir: workdirOf(workdir, workspace) }
  return readReports({ ...request, container }).catch(unreadReports)
}

/** What a record has of a task's outputs: struck like its log, whatever their names, and those that fit. */
function recordedOutputs(
  outputs: ReadonlyMap<string, string>,
  { redaction, taskMasks }: Recorder,
): Pick<RunRecord, 'outputs' | 'outputsLeftOut'> {
  const strike = (text: string) => redaction.text(taskMasks.text(text))
  const named = [...outputs].filter(([name]) => strike(name) === name)
  const { kept } = fittingOutputs(Object.fromEntries(named.map(([name, value]) => [name, strike(value)])))
  return { outputs: kept, outputsLeftOut: outputs.size - Object.keys(kept).length }
}

/** `Artifacts: 3 files, 4 KiB; nothing/*.log matched no file`. */
export function artifactsLine({
  artifacts,
  artifactBytes,
  unmatched,
}: Pick<CollectedFiles, 'artifacts' | 'artifactBytes' | 'unmatched'>): string {
  const count = artifacts.length === 1 ? '1 file' : `${artifacts.length} files`
  const found = artifacts.length === 0 ? 'none' : `${count}, ${formatBytes(artifactBytes)}`
  const named = unmatched.length > NAMED ? `${unmatched.slice(0, NAMED).join(', ')} …` : unmatched.join(', ')
  return `Artifacts: ${found}${unmatched.length === 0 ? '' : `; ${named} matched no file`}`
}

const NAMED = 10

const cutOff = (run: Run): TaskError =>
  new TaskError(
    'ACODE-CTN-009',
    `The job was cancelled after the task in ${run.identity.container} had exited with 0, while its outputs and artifacts were collected: not all of them are in the record.`,
  )

/** As in a step of GitHub's own: the lines before it count, the step fails. */
const badOutput = (run: Run, fault: string): TaskError =>
  new TaskError(
    'ACODE-CTN-006',
    `The task in ${run.identity.container} exited with 0, but ${fault}. What comes before that line is passed on, and nothing behind it. Write NAME=VALUE there, or NAME<<END, the lines of the value, and END.`,
  )

/** A report reads records of up to 16 MiB: of very many artifacts run.json names the first. */
const LONGEST_LIST = 2 * 1024 * 1024

function listed<A, T>(artifacts: readonly A[], entry: (artifact: A) => T): T[] {
  const found: T[] = []
  let room = LONGEST_LIST
  for (const one of artifacts.map(entry)) {
    room -= JSON.stringify(one).length + 8
    if (room < 0) break
    found.push(one)
  }
  return found
}

function collectionOf(
  artifacts: readonly CollectedFile[],
  budget: Budget,
): NonNullable<RunRecord['collection']> {
  const { used, exceeded, leftOut } = budget
  const renamed = artifacts.filter(({ name, file }) => name !== file)
  return {
    ...used,
    exceeded: [...exceeded],
    leftOut: { count: leftOut.count, names: [...leftOut.names] },
    artifacts: artifacts.length,
    renamed: listed(renamed, ({ name, file }) => ({ name, file })),
  }
}

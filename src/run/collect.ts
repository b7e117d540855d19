import { CONTROL } from '../container/control.ts'
import { explainEngineError } from '../container/lifecycle.ts'
import type { TaskContainer } from '../container/task-container.ts'
import type { Budget } from '../engine/budget.ts'
import { messageOf, TaskError } from '../errors.ts'
import { type Artifact, type Collected, collect } from '../record/collect.ts'
import { leakWarning } from '../record/leaks.ts'
import type { RunRecord } from '../record/run-record.ts'
import { NO_OUTPUTS } from '../record/task-outputs.ts'
import type { ContainerSpec } from '../task/contract.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { collectChanges, keepFailed } from './changes.ts'
import type { Context } from './context.ts'
import type { Run } from './open.ts'
import { budgetOf, leftOutWarning } from './over-budget.ts'
import { settle } from './settle.ts'

/** What the task left for the workflow. That some of it cannot be had is a warning, not the task's failure. */
export async function collectFrom(
  context: Context,
  spec: ContainerSpec,
  workspace: Workspace,
  container: TaskContainer,
): Promise<void> {
  const { run, signals } = context
  const { recorder } = run
  const budget = budgetOf(spec, signals.cancel)
  const changes = await collectChanges(context, spec, workspace, container, budget)
  await keepFailed(context, workspace, container)
  const collected = await collectFiles(context, spec, workspace, container, changes, budget)
  const { artifacts } = collected
  recorder.record.artifacts = listed(artifacts, ({ name }) => name)
  recorder.record.collection = collectionOf(artifacts, budget)
  const leftOut = leftOutWarning(budget, spec)
  const leaks = await leakWarning(artifacts, recorder, budget.signal)
  const { fault } = collected.outputs
  const isCutOff = budget.exceeded.has('cancelled') || !collected.isWhole
  if (isCutOff && signals.cancel.aborted && recorder.record.status === 'succeeded')
    settle(run, 'cancelled', cutOff(run))
  if (fault !== null && recorder.record.status === 'succeeded') settle(run, 'failed', badOutput(run, fault))
  const warnings = [leftOut, leaks].filter((warning) => warning !== null)
  context.collected = { ...collected, warnings: [...collected.warnings, ...warnings] }
}

async function collectFiles(
  { run, docker, env }: Context,
  spec: ContainerSpec,
  workspace: Workspace,
  { folders, id }: TaskContainer,
  changes: Awaited<ReturnType<typeof collectChanges>>,
  budget: Budget,
): Promise<Collected & { readonly isWhole: boolean }> {
  const isEmpty = workspace.method === 'none' && spec.artifacts.length > 0
  try {
    const found = await collect({
      read: (path, maxBytes) => folders.read(id, CONTROL, path, maxBytes),
      artifacts: () => folders.collect(id, CONTROL, 'artifacts', budget),
      workspace: isEmpty
        ? (await folders.collect(id, workspace.path, '', budget)).path
        : (env.GITHUB_WORKSPACE ?? process.cwd()),
      changes: changes === 'lost' ? null : (changes?.changes ?? null),
      // Without its changes, what matches is what the task was given.
      globs: changes === 'lost' ? [] : spec.artifacts,
      to: run.recorder.paths.artifacts,
      budget,
    })
    return { ...found, isWhole: true }
  } catch (error) {
    const why = messageOf(await explainEngineError(docker, error))
    const warning = `Outputs, summary and artifacts of the task could not be collected: ${why}`
    return { outputs: NO_OUTPUTS, summary: '', artifacts: [], warnings: [warning], isWhole: false }
  }
}

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

function listed<T>(artifacts: readonly Artifact[], entry: (artifact: Artifact) => T): T[] {
  const found: T[] = []
  let room = LONGEST_LIST
  for (const one of artifacts.map(entry)) {
    room -= JSON.stringify(one).length + 8
    if (room < 0) break
    found.push(one)
  }
  return found
}

function collectionOf(artifacts: readonly Artifact[], budget: Budget): RunRecord['collection'] {
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

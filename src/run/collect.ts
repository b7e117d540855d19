import { CONTROL } from '../container/control.ts'
import { explainEngineError } from '../container/lifecycle.ts'
import type { TaskContainer } from '../container/task-container.ts'
import { messageOf, TaskError } from '../errors.ts'
import { type Collected, collect } from '../record/collect.ts'
import { NO_OUTPUTS } from '../record/task-outputs.ts'
import type { ContainerSpec } from '../task/contract.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { collectChanges, keepFailed } from './changes.ts'
import type { Context } from './context.ts'
import type { Run } from './open.ts'
import { settle } from './settle.ts'

/** What the task left for the workflow. That some of it cannot be had is a warning, not the task's failure. */
export async function collectFrom(
  context: Context,
  spec: ContainerSpec,
  workspace: Workspace,
  container: TaskContainer,
): Promise<Collected> {
  const { run, docker, env } = context
  const { folders, id } = container
  const changed = await collectChanges(context, spec, workspace, container)
  await keepFailed(context, workspace, container)
  const isEmpty = workspace.method === 'none' && spec.artifacts.length > 0
  try {
    const collected = await collect({
      control: (path) => folders.collect(id, CONTROL, path),
      workspace: isEmpty
        ? await folders.collect(id, workspace.path, '')
        : (env.GITHUB_WORKSPACE ?? process.cwd()),
      changes: changed?.changes ?? null,
      globs: spec.artifacts,
      to: run.recorder.paths.artifacts,
    })
    run.recorder.record.artifacts = [...collected.artifacts]
    const { fault } = collected.outputs
    if (fault !== null && run.recorder.record.status === 'succeeded')
      settle(run, 'failed', badOutput(run, fault))
    return collected
  } catch (error) {
    const why = messageOf(await explainEngineError(docker, error))
    const warning = `Outputs, summary and artifacts of the task could not be collected: ${why}`
    return { outputs: NO_OUTPUTS, summary: '', artifacts: [], warnings: [warning] }
  }
}

/** As in a step of GitHub's own: the lines before it count, the step fails. */
const badOutput = (run: Run, fault: string): TaskError =>
  new TaskError(
    'ACODE-CTN-006',
    `The task in ${run.identity.container} exited with 0, but ${fault}. What comes before that line is passed on, and nothing behind it. Write NAME=VALUE there, or NAME<<END, the lines of the value, and END.`,
  )

import { CONTROL } from '../container/control.ts'
import { explainEngineError } from '../container/lifecycle.ts'
import type { TaskContainer } from '../container/task-container.ts'
import { messageOf } from '../errors.ts'
import { type Collected, collect } from '../record/collect.ts'
import type { ContainerSpec } from '../task/contract.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { collectChanges, keepFailed } from './changes.ts'
import type { Context } from './context.ts'

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
    return collected
  } catch (error) {
    const why = messageOf(await explainEngineError(docker, error))
    const warning = `Outputs, summary and artifacts of the task could not be collected: ${why}`
    return { outputs: new Map(), summary: '', artifacts: [], warnings: [warning] }
  }
}

import { CONTROL } from '../container/control.ts'
import { explainEngineError } from '../container/lifecycle.ts'
import type { TaskContainer } from '../container/task-container.ts'
import { messageOf } from '../errors.ts'
import { type Collected, collect } from '../record/collect.ts'
import type { ContainerSpec } from '../task/contract.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { Context } from './context.ts'

/** What the task left for the workflow. That some of it cannot be had is a warning, not the task's failure. */
export async function collectFrom(
  { run, docker }: Context,
  spec: ContainerSpec,
  workspace: Workspace,
  { folders, id }: TaskContainer,
): Promise<Collected> {
  const wantsFiles = spec.artifacts.length > 0
  try {
    const collected = await collect({
      control: (path) => folders.collect(id, CONTROL, path),
      workspace: wantsFiles ? (workspace.source ?? (await folders.collect(id, workspace.path, ''))) : null,
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

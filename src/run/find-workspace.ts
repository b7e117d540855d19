import type { ContainerSpec } from '../task/contract.ts'
import { prepareWorkspace, type Workspace } from '../workspace/workspace.ts'
import type { Context } from './context.ts'

/** The workspace of the task, by the method it asks for. */
export async function findWorkspace({ run, env }: Context, spec: ContainerSpec): Promise<Workspace> {
  const runnerPath = env.GITHUB_WORKSPACE ?? process.cwd()
  const workspace = await prepareWorkspace({ method: spec.workspace, runnerPath, path: spec.workspacePath })
  const { method, reason, path } = workspace
  run.recorder.record.workspace = { method, reason, path, changedFiles: null, deletedFiles: null }
  return workspace
}

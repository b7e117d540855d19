import { rootOverrides } from '../container/options/options.ts'
import { TaskError } from '../errors.ts'
import { withoutLinks } from '../host/files.ts'
import { labelsOf, sharedLabel } from '../ownership/labels.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { isStaging } from '../workspace/apply/apply-journal.ts'
import { prepareOverlay } from '../workspace/methods/overlay.ts'
import { prepareBind, prepareNone, requireWorkspace } from '../workspace/methods/shared.ts'
import {
  UnusableMethodError,
  type Workspace,
  type WorkspaceMethod,
  type WorkspaceRequest,
} from '../workspace/workspace.ts'
import type { Context } from './context/context.ts'
import type { TaskGround } from './context/prepared.ts'

/** One way to prepare the workspace, tried when the ones before it turn out unusable. */
export type Candidate = (otherReasons: readonly string[]) => Promise<Workspace>

/** The slower methods are loaded where they are tried. */
const PREPARE: Record<WorkspaceMethod, (request: WorkspaceRequest) => Promise<Workspace>> = {
  overlay: prepareOverlay,
  clone: async (request) => (await import('../workspace/methods/clone.ts')).prepareClone(request),
  copy: async (request) => (await import('../workspace/methods/copy.ts')).prepareCopy(request),
  bind: prepareBind,
  none: prepareNone,
}

/** What `auto` tries, the cheapest first; each keeps the guarantees. */
const AUTO_METHODS: readonly WorkspaceMethod[] = ['overlay', 'copy', 'clone']

/** The methods that come into question for the task, in the order in which to try them. */
export async function workspaceCandidates(
  { docker, run, signals }: Context,
  { spec, image, engine, labels }: Pick<TaskGround, 'spec' | 'image' | 'engine' | 'labels'>,
): Promise<Candidate[]> {
  const { workspace } = run.paths
  const { runner, translate, isCertain, isRemapped, takesVolumeOptions } = engine
  if (spec.workspace !== 'none') await requireWorkspace(workspace)
  const runnerPath = withoutLinks(workspace)
  const enginePath = translate(runnerPath)
  const request = {
    docker,
    name: run.identity.container,
    labels: { ...labelsOf(labels, {}), ...sharedLabel(null) },
    image: image.id,
    runner,
    runnerPath,
    enginePath: enginePath ?? runnerPath,
    isCertain,
    path: spec.workspacePath ?? workspace,
    uncommitted: spec.workspaceUncommitted,
    isStaging: (path: string) => isStaging(run.paths, path),
    rootOverrides: rootOverrides(spec),
    scratch: run.folder.private,
    engineScratch: translate(run.folder.private),
    cancel: signals.cancel,
  }
  return methodsOf(spec).map((method) => (otherReasons) => {
    if (isRemapped && (method === 'overlay' || method === 'bind')) throw new UnusableMethodError(REMAPPED)
    if (!takesVolumeOptions && method === 'overlay') throw new UnusableMethodError(NO_OPTIONS)
    if (enginePath === null && method === 'bind') throw unseen(runnerPath)
    if (enginePath === null && method === 'overlay')
      throw new UnusableMethodError(`the engine does not see ${runnerPath} as it is here`)
    const reason = spec.workspace === 'auto' ? ['auto', ...otherReasons].join('; ') : 'asked for'
    return PREPARE[method]({ ...request, reason })
  })
}

function methodsOf({ workspace, workspaceUncommitted }: ContainerSpec): readonly WorkspaceMethod[] {
  if (workspace !== 'auto') return [workspace]
  return workspaceUncommitted ? AUTO_METHODS : AUTO_METHODS.filter((method) => method === 'clone')
}

const REMAPPED =
  'users of this engine’s containers are other users of this machine (userns-remap, or a rootless engine that is not the runner’s own), so that what is the runner’s cannot be shared with them'

const NO_OPTIONS =
  'this engine is Podman, whose Docker API mounts no overlay: it makes an empty volume in its place'

function unseen(path: string): TaskError {
  return new TaskError(
    'ACODE-CTN-010',
    `The engine does not see the workspace ${path}: it is in this container only. Use workspace: copy, or mount the workspace from the engine's machine.`,
  )
}

import { CONTROL } from '../../container/mounts/control.ts'
import type { FolderTransport } from '../../container/mounts/folders.ts'
import * as runner from '../../github/runner.ts'
import { isWithin } from '../../host/files.ts'
import { type Exported, NOTHING_EXPORTED, readExported } from '../../record/collect/exported.ts'

/** GitHub takes no more of variables either. */
const LONGEST = 1024 * 1024

/** What is needed to read what a task wrote for later steps. */
interface ExportRequest {
  readonly folders: FolderTransport
  readonly container: string
  /** The workspace in the container, and on the runner. */
  readonly workspace: string
  readonly runnerPath: string
  /** Whether it is passed on. */
  readonly isExported: boolean
}

/**
 * Reads what the task wrote to its GITHUB_ENV and GITHUB_PATH. Where the workflow does not say that it is passed on, later
 * steps are not the task's to steer: then a notice says that it stays in the task.
 */
export async function readForLaterSteps(request: ExportRequest): Promise<Exported> {
  const { folders, container, workspace, runnerPath, isExported } = request
  const read = (path: string) => folders.read(container, CONTROL, path, isExported ? LONGEST + 1 : 1)
  const [env, path] = await Promise.all([read('env'), read('path')])
  if (!isExported) {
    noticeOfKept({ GITHUB_ENV: env, GITHUB_PATH: path })
    return NOTHING_EXPORTED
  }
  if ([env, path].some((file) => (file?.length ?? 0) > LONGEST)) {
    runner.warning('The task wrote more than 1 MiB to $GITHUB_ENV or $GITHUB_PATH; none of it is passed on.')
    return NOTHING_EXPORTED
  }
  return readExported(env?.toString('utf8') ?? '', path?.toString('utf8') ?? '', (one) => {
    if (isWithin(one, CONTROL)) return null
    return isWithin(one, workspace) ? `${runnerPath}${one.slice(workspace.length)}` : one
  })
}

/** Passes it on, and says what. */
export function passToLaterSteps({ variables, paths, problems }: Exported): void {
  for (const [name, value] of variables) runner.exportVariable(name, value)
  for (const folder of paths) runner.addPath(folder)
  const names = [...variables.keys(), ...(paths.length === 0 ? [] : ['PATH'])].join(', ')
  if (names !== '') runner.info(`Passed on to later steps: ${names}`)
  if (problems.length > 0)
    runner.warning(
      ['Not all of what the task wrote for later steps is passed on:', ...problems].join('\n  - '),
    )
}

function noticeOfKept(files: Readonly<Record<string, Buffer | null>>): void {
  const written = Object.keys(files).filter((name) => (files[name]?.length ?? 0) > 0)
  if (written.length > 0)
    runner.notice(
      `What the task wrote to ${written.map((name) => `$${name}`).join(' and ')} stays in the task; later steps of the job do not have it. Pass values on through $GITHUB_OUTPUT, or with export-env: true.`,
    )
}

import { TaskError } from '../../errors.ts'
import { GitError } from '../../host/git.ts'
import { gitFoldersOf } from '../../host/git-folders.ts'
import { withView } from '../../host/git-view.ts'
import { type Access, type Remote, withRemote } from './remote.ts'

const FETCH_MS = 120_000

/**
 * A file as the default branch of a checkout's `origin` has it now. It is fetched, and not into the checkout: nothing
 * that a pull request brings has a part in it, and `origin` has to be the repository of the run.
 * @param path relative to the repository
 * @throws TaskError ACODE-CTN-006 when it cannot be had
 */
export async function defaultBranchFile(path: string, access: Access): Promise<string> {
  const { workspace, temp: scratch } = access.paths
  try {
    const folders = await gitFoldersOf(workspace)
    if (folders === null) throw new GitError(`${workspace} is no git repository`)
    return await withRemote(folders, access, ({ settings, transports }) =>
      withView(
        folders,
        async (view) => {
          requireOwn(settings, access.env)
          const how = { timeoutMs: FETCH_MS, transports }
          await view.git(['fetch', ...QUIETLY, '--depth=1', 'origin', 'HEAD'], how)
          return await view.git(['cat-file', 'blob', `FETCH_HEAD:${path}`])
        },
        { scratch, settings },
      ),
    )
  } catch (error) {
    if (!(error instanceof GitError)) throw error
    throw new TaskError(
      'ACODE-CTN-006',
      `The policy file ${path} of the default branch cannot be read (${error.message.split('\n')[0]}). Check that it is there, and that the repository is checked out before this step (actions/checkout).`,
      { cause: error },
    )
  }
}

/** The default branch of a fork, which a workflow may have checked out, is its owner's word. */
function requireOwn(settings: Remote['settings'], env: NodeJS.ProcessEnv): void {
  const { GITHUB_REPOSITORY: name, GITHUB_SERVER_URL: server } = env
  const url = settings.find(({ key }) => key === 'remote.origin.url')?.value ?? ''
  if (name !== undefined && server !== undefined && !isRepository(url, server, name))
    throw new GitError(`the checkout’s origin is not ${name} of ${server}`)
}

/** True when a URL of any form (`https://…`, `ssh://…`, `git@host:…`) is of one repository of a server. */
export function isRepository(url: string, server: string, name: string): boolean {
  const [, host, path] =
    /^(?:[a-z]+:\/\/)?(?:[^@/]*@)?([^/:@]+(?::\d+(?=\/))?)[:/]\/*(.+?)(?:\.git)?\/?$/i.exec(url) ?? []
  const wanted = `${new URL(server).host}/${name}`.toLowerCase()
  return `${host}/${path}`.toLowerCase() === wanted
}

const QUIETLY = ['--quiet', '--no-tags', '--no-recurse-submodules'] as const

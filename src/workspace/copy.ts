import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import ignore from 'ignore'
import { filesWithoutCredentials, requireOwnGitFolder } from './repository.ts'
import { prepareSent } from './send.ts'
import type { Workspace, WorkspaceRequest } from './workspace.ts'

/** Patterns of what stays behind, in the syntax of .gitignore. */
const IGNORE_FILE = '.acodeignore'

/**
 * The checkout sent through the engine's own interface, for engines that do not see the runner's files. What the
 * patterns of `.acodeignore` match stays behind.
 * @throws UnusableMethodError
 */
export async function prepareCopy(request: WorkspaceRequest): Promise<Workspace> {
  const { runnerPath } = request
  await requireOwnGitFolder(runnerPath)
  const patterns = await readFile(join(runnerPath, IGNORE_FILE), 'utf8').catch(() => '')
  const matcher = ignore().add(patterns)
  const includes = (path: string) =>
    !matcher.ignores(path) && !matcher.ignores(`${path}/`) && !request.isStaging(path)
  const replacements = await filesWithoutCredentials(request)
  return prepareSent(request, 'copy', [{ folder: runnerPath, includes }], replacements, runnerPath)
}

import { join } from 'node:path'
import { messageOf } from '../../errors.ts'
import { isErrno } from '../../host/open-folder.ts'
import { readWithin } from '../../host/read-within.ts'
import { ignoreFile } from '../patch/ignore-file.ts'
import { filesWithoutCredentials, requireOwnGitFolder } from '../repository.ts'
import { UnusableMethodError, type Workspace, type WorkspaceRequest } from '../workspace.ts'
import { prepareSent } from './send.ts'

/** Patterns of what stays behind, in the syntax of .gitignore. */
const IGNORE_FILE = '.acodeignore'
/** Every path of the checkout is compared with every pattern. */
const MOST_BYTES = 64 * 1024

/**
 * The checkout sent through the engine's own interface, for engines that do not see the runner's files. What the
 * patterns of `.acodeignore` match stays behind.
 * @throws UnusableMethodError
 */
export async function prepareCopy(request: WorkspaceRequest): Promise<Workspace> {
  const { runnerPath } = request
  await requireOwnGitFolder(runnerPath)
  const ignores = ignoreFile(await patternsOf(runnerPath))
  const includes = (path: string) =>
    !ignores(Buffer.from(path, 'latin1').toString('utf8')) && !request.isStaging(path)
  const found = await filesWithoutCredentials(request)
  return prepareSent(request, {
    method: 'copy',
    sources: [{ folder: runnerPath, includes }],
    ...found,
    base: runnerPath,
  })
}

/** A file that cannot be read as it is meant is no reason to send what it was to keep back. */
async function patternsOf(checkout: string): Promise<string> {
  const failed = (why: string) => new UnusableMethodError(`${IGNORE_FILE} cannot be used: ${why}`)
  try {
    const bytes = await readWithin(join(checkout, IGNORE_FILE), checkout, MOST_BYTES + 1)
    if (bytes.length > MOST_BYTES) throw failed(`it is longer than ${MOST_BYTES / 1024} KiB`)
    return bytes.toString('utf8')
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return ''
    throw error instanceof UnusableMethodError ? error : failed(messageOf(error))
  }
}

import { mkdtemp } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { MountDescription } from '../../engine/container-description.ts'
import { isRefusal } from '../../engine/errors.ts'
import { ownMounts } from '../../engine/own-container.ts'
import { removeFolder, withoutLinks } from '../../host/files.ts'
import { UnusableMethodError, type WorkspaceRequest } from '../workspace.ts'
import { withHelper } from './helper.ts'

/**
 * Requires that the engine has the runner's workspace at its path, where it may have another folder there: by one next
 * to the workspace that is there only now, and that no other machine has.
 * @throws UnusableMethodError
 */
export async function requireSeen(request: WorkspaceRequest): Promise<void> {
  if (request.isCertain) return
  const real = withoutLinks(request.runnerPath)
  // What is mounted at the workspace itself says nothing about what is next to it.
  const isMount = (await ownMounts()).some(({ target }) => target === real)
  const marker = isMount ? null : await mkdtemp(join(dirname(real), '_acode-seen-')).catch(() => null)
  if (marker === null) throw new UnusableMethodError(`whether the engine sees ${real} cannot be proven`)
  try {
    await mountOnce(request, marker)
  } catch (error) {
    if (!isRefusal(error)) throw error
    throw new UnusableMethodError(
      error.reason === 'mount-unseen' ? 'the engine does not see the runner’s files' : error.message,
    )
  } finally {
    await removeFolder(marker)
  }
}

async function mountOnce(request: WorkspaceRequest, folder: string): Promise<void> {
  const { docker, name, labels, image } = request
  const mount: MountDescription = {
    Type: 'bind',
    Source: folder,
    Target: '/acode-seen',
    ReadOnly: true,
  }
  await withHelper(docker, { name, labels, image, host: { Mounts: [mount] } }, async () => undefined)
}

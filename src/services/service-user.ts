import { ImageFiles } from '../container/facts/image-files.ts'
import { needsLook, resolveUser, type TaskUser, wantedUser } from '../container/user/user.ts'
import type { Docker } from '../engine/docker.ts'
import type { Image } from '../image/image.ts'
import type { ServiceSpec } from '../task/services.ts'
import { createHelper } from '../workspace/methods/helper.ts'
import { whoIs } from './check-services.ts'

/** What decides as whom a service runs. */
interface UserRequest {
  readonly name: string
  readonly spec: ServiceSpec
  readonly image: Image
  /** The runner's user as containers know it. */
  readonly runner: { readonly uid: number; readonly gid: number }
  /** The run's container and labels, for a helper that reads the image's users. */
  readonly container: string
  readonly labels: Readonly<Record<string, string>>
}

const NO_FILES = { passwd: '', group: '' }

/**
 * The user of a service in numbers, where they matter: profile strict is not root, and what is in memory belongs to its
 * user. Null: the image's own.
 * @throws TaskError ACODE-CTN-011 when that is root and may not be, ACODE-CTN-006 when the image has no such user
 */
export async function serviceUser(
  docker: Docker,
  { name, spec, image, runner, container, labels }: UserRequest,
): Promise<TaskUser | null> {
  const asked = { ...spec, who: whoIs(name) }
  const wanted = wantedUser(asked, image.user, runner)
  const isImages = spec.user === 'image' && spec.profile !== 'strict'
  if (isImages && (wanted.user === 0 || spec.tmpfs.length === 0)) return null
  if (!needsLook(wanted)) return resolveUser(wanted, NO_FILES, asked, runner)
  const files = new ImageFiles(docker, () =>
    createHelper(docker, { name: container, labels, image: image.id }),
  )
  try {
    return resolveUser(wanted, await files.users(), asked, runner)
  } finally {
    await files.end()
  }
}

import type { ContainerSpec } from '../../task/contract.ts'
import { CONTROL_PATHS } from '../mounts/control.ts'
import { parseUser, type TaskUser, type UserFiles, usersOf } from './user.ts'

/** What an image says of its user. */
interface ImageUser {
  /** `USER`; empty: root. */
  readonly user: string
  /** `HOME` among its variables; undefined: none. */
  readonly home: string | undefined
}

/**
 * The HOME that a task gets; null: the image's own, which the engine finds. That fits where the image sets one, or where
 * the task runs as the image's user, and its file system can be written.
 */
export function homeOf(
  { env, readOnly }: Pick<ContainerSpec, 'env' | 'readOnly'>,
  image: ImageUser,
  user: TaskUser,
  files: UserFiles,
): string | null {
  if (env.HOME !== undefined) return env.HOME
  if (!readOnly && (image.home !== undefined || user.uid === uidOf(image.user, files))) return null
  return CONTROL_PATHS.home
}

function uidOf(imageUser: string, { passwd }: UserFiles): number | undefined {
  const { user } = parseUser(imageUser)
  return typeof user === 'number' ? user : usersOf(passwd).find(({ name }) => name === user)?.uid
}

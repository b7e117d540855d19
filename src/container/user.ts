import { TaskError } from '../errors.ts'
import type { ContainerSpec } from '../task/contract.ts'

/** Who the task runs as. `uid` null: a name that only the image can resolve. */
export interface TaskUser {
  /** For `--user`; null: the image's own stays. */
  readonly option: string | null
  readonly uid: number | null
  readonly gid: number | null
}

/**
 * The user that a task runs as.
 * @throws TaskError ACODE-CTN-011 where the strict profile would run as root though the runner is not (IMG-3)
 */
export function userOf(
  spec: Pick<ContainerSpec, 'user' | 'profile'>,
  imageUser: string,
  runner: { readonly uid: number; readonly gid: number },
): TaskUser {
  const user =
    spec.user === 'runner' ? { option: `${runner.uid}:${runner.gid}`, ...runner } : numeric(spec, imageUser)
  refuseRoot(spec, { ...user, uid: isNamedRoot(spec, imageUser) ? 0 : user.uid }, runner)
  return user
}

/**
 * Refuses root, also under another name: a name is known for root's only when the image's users are read.
 * @throws TaskError ACODE-CTN-011
 */
export function refuseRoot(
  spec: Pick<ContainerSpec, 'user' | 'profile'>,
  user: TaskUser,
  runner: { readonly uid: number },
): void {
  if (spec.profile === 'strict' && user.uid === 0 && runner.uid !== 0)
    throw new TaskError(
      'ACODE-CTN-011',
      `The task would run as root (user: ${spec.user}), which profile strict refuses on a runner that is not root itself. ` +
        'Use user: runner, an image with a USER of its own, or profile: standard.',
    )
}

function numeric(spec: Pick<ContainerSpec, 'user'>, imageUser: string): TaskUser {
  const option = spec.user === 'image' ? null : spec.user
  const match = /^(\d+)(?::(\d+))?$/.exec(option ?? (imageUser === '' ? '0:0' : imageUser))
  if (!match?.[1]) return { option, uid: null, gid: null }
  const uid = Number(match[1])
  return { option, uid, gid: match[2] === undefined ? (uid === 0 ? 0 : null) : Number(match[2]) }
}

/** `root`, and no name before a group, which is root too. */
const isNamedRoot = (spec: Pick<ContainerSpec, 'user'>, imageUser: string): boolean =>
  spec.user === 'image' && /^(root)?(:|$)/.test(imageUser)

/** Finds a user by name in the text of an image's /etc/passwd; null where it is not there. */
export function findUser(passwd: string, name: string): { uid: number; gid: number } | null {
  const wanted = name.split(':')[0]
  for (const line of passwd.split('\n')) {
    const [login, , uid, gid] = line.split(':')
    if (login === wanted && uid && gid) return { uid: Number(uid), gid: Number(gid) }
  }
  return null
}

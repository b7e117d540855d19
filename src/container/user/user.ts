import type { Ids } from '../../engine/rootless.ts'
import { TaskError } from '../../errors.ts'
import type { ContainerSpec } from '../../task/contract.ts'

/** Who the task runs as, in numbers: what a name means is the image's word, and an engine reads more than digits as 0. */
export interface TaskUser {
  /** For `--user`. */
  readonly option: string
  readonly uid: number
  readonly gid: number
  /** For `--group-add`: groups besides the first. */
  readonly groups?: readonly number[]
}

/** A user as it is asked for: numbers, or names of the image. `group` null: the one that the image has for the user. */
export interface WantedUser {
  readonly user: number | string
  readonly group: number | string | null
}

/** `who`: what refusals call it; default the task. */
type Asked = Pick<ContainerSpec, 'user' | 'profile'> & { readonly who?: string }

/** The largest id that engines take. */
const LARGEST_ID = 2 ** 31 - 1

/**
 * The user that a task is to run as.
 * @throws TaskError ACODE-CTN-011 when that is root and may not be
 */
export function wantedUser(spec: Asked, imageUser: string, runner: Ids): WantedUser {
  const wanted =
    spec.user === 'runner'
      ? { user: runner.uid, group: runner.gid }
      : parseUser(spec.user === 'image' ? imageUser : spec.user)
  // Not digits, but engines read them as a number.
  const isRoot = wanted.user === 0 || /^[+-]0+$/.test(String(wanted.user))
  if (isRoot && !mayBeRoot(spec, runner)) throw refused(spec, 'as root')
  return wanted
}

/** Reads `USER` of an image, or the input. Nothing before the group, or nothing at all, is root as for any engine. */
export function parseUser(text: string): WantedUser {
  const [, user = '', group = ''] = /^([^:]*):?(.*)$/s.exec(text) ?? []
  return {
    user: user === '' || user === 'root' ? 0 : (digits(user) ?? user),
    group: group === '' ? null : (digits(group) ?? group),
  }
}

/** An id in digits; null for anything else, `+0` and `0x0` too. */
function digits(text: string): number | null {
  return /^\d+$/.test(text) && Number(text) <= LARGEST_ID ? Number(text) : null
}

/** True when the image's own users and groups have to be read. */
export const needsLook = ({ user, group }: WantedUser): boolean =>
  typeof user === 'string' || typeof group === 'string' || (group === null && user !== 0)

/** The texts of an image's /etc/passwd and /etc/group; empty when it has none. */
export interface UserFiles {
  readonly passwd: string
  readonly group: string
}

/**
 * The numbers of a user, as an engine finds them: a user without a group has the group of its entry, and the groups
 * that list it.
 * @throws TaskError ACODE-CTN-006 for a name that the image does not have, ACODE-CTN-011 for root when it is refused
 */
export function resolveUser(wanted: WantedUser, files: UserFiles, spec: Asked, runner: Ids): TaskUser {
  const entry = usersOf(files.passwd).find(({ name, uid }) =>
    typeof wanted.user === 'string' ? name === wanted.user : uid === wanted.user,
  )
  const uid = typeof wanted.user === 'string' ? entry?.uid : wanted.user
  if (uid === undefined) throw unknown(spec, `user ${JSON.stringify(wanted.user)}`, '/etc/passwd')
  const groups = groupsOf(files.group)
  const gid =
    typeof wanted.group === 'string'
      ? groups.find(({ name }) => name === wanted.group)?.gid
      : (wanted.group ?? entry?.gid ?? (mayBeRoot(spec, runner) ? 0 : uid))
  if (gid === undefined) throw unknown(spec, `group ${JSON.stringify(wanted.group)}`, '/etc/group')
  const further =
    wanted.group === null && entry && uid !== 0
      ? groups.filter(({ members }) => members.includes(entry.name)).map((one) => one.gid)
      : []
  const user = {
    option: `${uid}:${gid}`,
    uid,
    gid,
    groups: [...new Set(further)].filter((one) => one !== gid),
  }
  if (!mayBeRoot(spec, runner)) {
    if (uid === 0) throw refused(spec, 'as root')
    if (runner.gid !== 0 && [gid, ...user.groups].includes(0)) throw refused(spec, 'in the group of root')
  }
  return user
}

const mayBeRoot = ({ profile }: Asked, { uid }: Ids): boolean => profile !== 'strict' || uid === 0

function refused({ user, who = 'The task' }: Asked, how: string): TaskError {
  return new TaskError(
    'ACODE-CTN-011',
    `${who} would run ${how} (user: ${user}), which profile strict refuses on a runner that is not root itself. ` +
      'Use user: runner, an image with its own USER, or profile: standard.',
  )
}

function unknown({ user, who = 'The task' }: Asked, what: string, file: string): TaskError {
  return new TaskError(
    'ACODE-CTN-006',
    `${who} cannot run as user: ${user}: the image has no ${what} in its ${file}. Use user: runner, or numbers such as user: 1000:1000.`,
  )
}

/** The entries of an /etc/passwd. Those whose ids are not digits are none, whatever an engine makes of them. */
export function usersOf(passwd: string): { name: string; uid: number; gid: number }[] {
  return passwd.split('\n').flatMap((line) => {
    const [name = '', , uid = '', gid = ''] = line.split(':')
    const ids = { uid: digits(uid), gid: digits(gid) }
    return name !== '' && ids.uid !== null && ids.gid !== null ? [{ name, uid: ids.uid, gid: ids.gid }] : []
  })
}

/** The entries of an /etc/group, likewise. */
export function groupsOf(group: string): { name: string; gid: number; members: string[] }[] {
  return group.split('\n').flatMap((line) => {
    const [name = '', , gid = '', members = ''] = line.split(':')
    const id = digits(gid)
    return name !== '' && id !== null ? [{ name, gid: id, members: members.trim().split(',') }] : []
  })
}

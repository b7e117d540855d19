import { CONTROL_PATHS } from '../mounts/control.ts'
import { groupsOf, type TaskUser, type UserFiles, usersOf } from './user.ts'

/** Who a task's user is by name, for programs that ask for more than numbers: whoami, getpass, ssh, git. */
export interface Account {
  readonly name: string
  /** The container's own user files, with the entries that the image's lack; none when it has both. */
  readonly files: readonly { readonly path: string; readonly content: string }[]
}

/** What a user is called that the image does not know; on GitHub's own machines, where it works, it is that too. */
const NAME = 'runner'

/** The account of a user in an image with these files. */
export function accountOf(
  { uid, gid }: TaskUser,
  { passwd, group }: UserFiles,
  home: string | null,
): Account {
  const users = usersOf(passwd)
  const groups = groupsOf(group)
  const user = users.find((one) => one.uid === uid)
  const name = user?.name ?? freeName(uid, users)
  const files = []
  if (!user) {
    const entry = `${name}:x:${uid}:${gid}:${name}:${homeField(home)}:/bin/sh`
    files.push({ path: '/etc/passwd', content: withLine(passwd, entry) })
  }
  if (!groups.some((one) => one.gid === gid))
    files.push({ path: '/etc/group', content: withLine(group, `${freeName(gid, groups)}:x:${gid}:`) })
  return { name, files }
}

const freeName = (id: number, taken: readonly { readonly name: string }[]): string =>
  taken.some(({ name }) => name === NAME) ? `${NAME}-${id}` : NAME

/** A field of passwd holds no colon and no line end. */
const homeField = (home: string | null): string =>
  home !== null && /^\/[^:\r\n]*$/.test(home) ? home : CONTROL_PATHS.home

const withLine = (text: string, line: string): string =>
  `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`

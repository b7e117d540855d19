import type { Readable } from 'node:stream'
import type { Docker } from '../../engine/docker.ts'
import { TaskError } from '../../errors.ts'
import { readTar } from '../../formats/tar-reader.ts'
import type { UserFiles } from './user.ts'

/** Far more than any image's users take; an image can have anything under these names. */
const LONGEST = 4 * 1024 * 1024

/**
 * Reads an image's users and groups from a container of it.
 * @throws TaskError ACODE-CTN-006 when they are no files such as engines read
 */
export async function readUserFiles(docker: Docker, container: string): Promise<UserFiles> {
  const [passwd, group] = await Promise.all([
    readContainerText(docker, container, '/etc/passwd'),
    readContainerText(docker, container, '/etc/group'),
  ])
  return { passwd, group }
}

/**
 * The text of a file of a container, bytes as characters (latin1), links followed; empty when there is none.
 * @throws TaskError ACODE-CTN-006 when it is no file, or a very long one
 */
export async function readContainerText(docker: Docker, container: string, path: string): Promise<string> {
  const chunks: Buffer[] = []
  const read = async (archive: Readable) => {
    for await (const { type, size, content } of readTar(archive)) {
      if (type !== 'file' || size > LONGEST) throw unreadable(path)
      for await (const chunk of content) chunks.push(chunk)
    }
  }
  await docker.archives.get(container, path, read, { follow: true })
  return Buffer.concat(chunks).toString('latin1')
}

const unreadable = (path: string) =>
  new TaskError(
    'ACODE-CTN-006',
    `The image's ${path} is no file of users, by which its USER could be found. Use user: runner, or numbers such as user: 1000:1000.`,
  )

import { type Docker, EngineError } from '../engine/docker.ts'
import { TaskError } from '../errors.ts'
import { readTar, type TarItem } from '../formats/tar-reader.ts'
import { NOT_THERE } from './folders.ts'
import type { UserFiles } from './user.ts'
import { readText, readUserFiles } from './user-files.ts'

/** Answers questions about an image's files through one container of it, made with the first of them. */
export class ImageFiles {
  readonly #docker: Docker
  readonly #makeHelper: () => Promise<string>
  #helper: Promise<string> | null = null

  constructor(docker: Docker, makeHelper: () => Promise<string>) {
    this.#docker = docker
    this.#makeHelper = makeHelper
  }

  /**
   * The image's users and groups.
   * @throws TaskError ACODE-CTN-006 where they are no files such as engines read
   */
  async users(): Promise<UserFiles> {
    return readUserFiles(this.#docker, await this.#container())
  }

  /** The text of a file, bytes as characters (latin1); empty where there is none, null where it is no file to be read. */
  async text(path: string): Promise<string | null> {
    const container = await this.#container()
    return readText(this.#docker, container, path).catch((error: unknown) => {
      if (error instanceof TaskError) return null
      throw error
    })
  }

  /** True where the image has a folder at a path, links followed. */
  async hasFolder(path: string): Promise<boolean> {
    return (await firstType(this.#docker, await this.#container(), path)) === 'folder'
  }

  /** Removes the container where one was made. */
  async end(): Promise<void> {
    if (this.#helper) await this.#docker.call(['rm', '--force', '--volumes', await this.#helper])
  }

  #container(): Promise<string> {
    this.#helper ??= this.#makeHelper()
    return this.#helper
  }
}

/** What is at a path is known; what is below it may be large. */
class Seen extends Error {}

/** What is at a path of a container; null where nothing is. */
async function firstType(docker: Docker, container: string, path: string): Promise<TarItem['type'] | null> {
  let type: TarItem['type'] | null = null
  try {
    await docker.copyOut(
      container,
      path,
      async (archive) => {
        for await (const item of readTar(archive)) {
          type = item.type
          throw new Seen()
        }
      },
      ['--follow-link'],
    )
  } catch (error) {
    const isKnown = error instanceof Seen || (error instanceof EngineError && NOT_THERE.test(error.message))
    if (!isKnown) throw error
  }
  return type
}

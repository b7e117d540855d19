import type { Docker } from '../../engine/docker.ts'
import { TaskError } from '../../errors.ts'
import { removeHelper } from '../../workspace/methods/helper.ts'
import type { UserFiles } from '../user/user.ts'
import { readContainerText, readUserFiles } from '../user/user-files.ts'

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
   * @throws TaskError ACODE-CTN-006 when they are no files such as engines read
   */
  async users(): Promise<UserFiles> {
    return readUserFiles(this.#docker, await this.#container())
  }

  /** The text of a file, bytes as characters (latin1); empty when there is none, null when it is no file to be read. */
  async text(path: string): Promise<string | null> {
    const container = await this.#container()
    return readContainerText(this.#docker, container, path).catch((error: unknown) => {
      if (error instanceof TaskError) return null
      throw error
    })
  }

  /** True when the image has a folder at a path, links followed. */
  async hasFolder(path: string): Promise<boolean> {
    const found = await this.#docker.archives.stat(await this.#container(), path)
    return found?.type === 'folder'
  }

  /** Removes the container where one was made. */
  async end(): Promise<void> {
    if (this.#helper) await removeHelper(this.#docker, await this.#helper)
  }

  #container(): Promise<string> {
    this.#helper ??= this.#makeHelper()
    return this.#helper
  }
}

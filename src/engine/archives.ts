import { posix } from 'node:path'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import { type TarEntry, writeTar } from '../formats/tar-writer.ts'
import { EngineError, isNotFound } from './errors.ts'
import { BOUNDS, type Bounds } from './transport/call.ts'
import type { EngineHttp } from './transport/http.ts'

/** What is at a path of a container. */
export interface PathFacts {
  readonly type: 'file' | 'folder' | 'link' | 'other'
  readonly bytes: number
}

/** Files of containers, running or not, as tar archives. */
export class Archives {
  readonly #http: EngineHttp

  constructor(http: EngineHttp) {
    this.#http = http
  }

  /**
   * What is at a path, links followed; null when nothing is.
   * @throws EngineError, `not-found` when there is no such container
   */
  async stat(container: string, path: string): Promise<PathFacts | null> {
    const found = await this.#stat(container, path)
    if (found?.type !== 'link' || found.target === '') return found
    return this.#stat(container, posix.resolve(posix.dirname(path), found.target))
  }

  /**
   * Reads a file or a folder as an archive, which `consume` reads to its end, until it is given up through `signal`.
   * Where `consume` throws before the end, nothing more is asked of the engine.
   * @returns false when the container has nothing at that path
   * @throws EngineError, or what `consume` throws
   */
  async get(
    container: string,
    path: string,
    consume: (archive: Readable) => Promise<void>,
    { signal, follow = false }: { readonly signal?: AbortSignal | undefined; readonly follow?: boolean } = {},
  ): Promise<boolean> {
    const from = follow ? await this.#followed(container, path) : path
    if (from === null) return false
    const words = ['archive', 'get', `${container}:${from}`]
    try {
      await this.#http.read(words, request('GET', container, from), transfer(signal), consume)
      return true
    } catch (error) {
      if (isPathMissing(error)) return false
      throw error
    }
  }

  /**
   * Unpacks an archive into a folder, until it is given up through `signal`.
   * @throws EngineError, or what reading the archive throws
   */
  async put(
    container: string,
    folder: string,
    archive: AsyncIterable<Buffer> | Iterable<Buffer>,
    signal?: AbortSignal,
  ): Promise<void> {
    const words = ['archive', 'put', `${container}:${folder}`]
    await this.#http.done(
      words,
      { ...request('PUT', container, folder, { noOverwriteDirNonDir: true }), archive },
      transfer(signal),
    )
  }

  /**
   * Unpacks a folder of a container: `entriesOf` makes them, the folder itself first, below the name that it is handed.
   * Docker takes the owner and mode of a volume from an archive for the folder that the volume is in. Podman unpacks
   * that one beside the volume, and takes them from an archive for the volume itself.
   * @throws EngineError, or what reading the entries throws
   */
  async putFolder(
    container: string,
    folder: string,
    entriesOf: (root: string) => AsyncIterable<TarEntry> | Iterable<TarEntry>,
    signal?: AbortSignal,
  ): Promise<void> {
    const { isPodman } = await this.#http.greeting()
    const [to, root] = isPodman ? [folder, '.'] : [posix.dirname(folder), posix.basename(folder)]
    await this.put(container, to, writeTar(entriesOf(root)), signal)
  }

  /** True when an archive's hard link to a symbolic link is made to what that leads to: by Podman. */
  async linksThrough(): Promise<boolean> {
    return (await this.#http.greeting()).isPodman
  }

  async #followed(container: string, path: string): Promise<string | null> {
    const found = await this.#stat(container, path)
    if (found === null || found.type !== 'link' || found.target === '') return found && path
    return posix.resolve(posix.dirname(path), found.target)
  }

  async #stat(container: string, path: string): Promise<(PathFacts & { readonly target: string }) | null> {
    const words = ['archive', 'stat', `${container}:${path}`]
    try {
      return await this.#http.read(
        words,
        request('HEAD', container, path),
        { timeoutMs: BOUNDS.query },
        async ({ headers }) => factsOf(String(headers['x-docker-container-path-stat'])),
      )
    } catch (error) {
      // The answer to HEAD has no message that would say what is not there.
      if (isNotFound(error) && (await this.#hasContainer(container))) return null
      throw error
    }
  }

  async #hasContainer(container: string): Promise<boolean> {
    const path = `/containers/${encodeURIComponent(container)}/json`
    const found = await this.#http.find(
      ['container', 'inspect', container],
      { method: 'GET', path },
      z.unknown(),
    )
    return found !== null
  }
}

const transfer = (signal: AbortSignal | undefined): Bounds => ({ timeoutMs: BOUNDS.transfer, signal })

const request = (
  method: 'GET' | 'HEAD' | 'PUT',
  container: string,
  path: string,
  query: Readonly<Record<string, boolean>> = {},
) => ({ method, path: `/containers/${encodeURIComponent(container)}/archive`, query: { path, ...query } })

/** Engines answer 404 to both: that there is no such container, and that it has no such path. */
const isPathMissing = (error: unknown): boolean =>
  error instanceof EngineError &&
  isNotFound(error) &&
  !/no such container(?!:path)|no container with/i.test(error.message)

const statSchema = z.object({ mode: z.number(), size: z.number(), linkTarget: z.string().default('') })

/** Bits of Go's `os.FileMode`, in which engines give modes. */
const FOLDER = 2 ** 31
const LINK = 2 ** 27
const SPECIAL = [2 ** 26, 2 ** 25, 2 ** 24, 2 ** 21, 2 ** 19]

function factsOf(header: string): PathFacts & { readonly target: string } {
  const { mode, size, linkTarget } = statSchema.parse(
    JSON.parse(Buffer.from(header, 'base64').toString('utf8')),
  )
  const has = (bit: number) => Math.floor(mode / bit) % 2 === 1
  const type = has(FOLDER) ? 'folder' : has(LINK) ? 'link' : SPECIAL.some(has) ? 'other' : 'file'
  return { type, bytes: size, target: linkTarget }
}

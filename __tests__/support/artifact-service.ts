import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { zipSync } from 'fflate'
import { z } from 'zod'
import type { Artifact } from './artifacts/artifact.ts'
import { BlobStorage } from './artifacts/blob-storage.ts'
import { type Cached, CacheMethods } from './artifacts/cache-methods.ts'
import { ArtifactMethods } from './artifacts/methods.ts'
import { type Reply, storageError, twirpError } from './artifacts/reply.ts'
import { type Backend, type Runtime, runtimeToken } from './artifacts/runtime-token.ts'

export type { Artifact } from './artifacts/artifact.ts'

/** What the service is asked for, as tests name it. */
export type Operation =
  | ('create' | 'upload' | 'finalize' | 'list' | 'sign' | 'download' | 'delete')
  | ('cache-find' | 'cache-create' | 'cache-finalize')

const PREFIX = /^\/twirp\/github\.actions\.results\.api\.v1\.(Artifact|Cache)Service\//
const OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateArtifact: 'create',
  FinalizeArtifact: 'finalize',
  ListArtifacts: 'list',
  GetSignedArtifactURL: 'sign',
  DeleteArtifact: 'delete',
  GetCacheEntryDownloadURL: 'cache-find',
  CreateCacheEntry: 'cache-create',
  FinalizeCacheEntryUpload: 'cache-finalize',
}

type Fault = { readonly status: number | 'hang' | 'cut'; times: number }

/**
 * GitHub's services of artifacts for one run and of caches, on a free port of 127.0.0.1, as @actions/artifact and
 * @actions/cache talk to them: Twirp for the names, Azure's blob storage for the bytes. Keep `GITHUB_SERVER_URL` at https://github.com, or the
 * client refuses to talk to it.
 */
export class ArtifactService {
  readonly #server: Server
  readonly #blobs = new BlobStorage()
  readonly #methods = new ArtifactMethods(this.#blobs, () => this.url)
  readonly #caches = new CacheMethods(this.#blobs, () => this.url)
  readonly #run = randomUUID()
  readonly #backends = new Map<string, Backend>()
  readonly #faults = new Map<Operation, Fault>()
  readonly #arrivals = new Map<Operation, PromiseWithResolvers<void>>()

  readonly #held = new Map<Operation, Promise<void>>()
  #slowMs = 0
  #ignoresRanges = false

  static async start(): Promise<ArtifactService> {
    const service = new ArtifactService()
    service.#server.listen(0, '127.0.0.1')
    await once(service.#server, 'listening')
    return service
  }

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request).then(
        (reply) => reply !== undefined && send(response, reply),
        (error: unknown) => send(response, twirpError(500, String(error))),
      )
    })
  }

  /** The finished caches by key. */
  get caches(): ReadonlyMap<string, Cached> {
    return this.#caches.caches
  }

  /** A finished cache, as another run has left it. */
  putCache(key: string, version: string, content: Buffer): void {
    this.#caches.put(key, version, content)
  }

  /** The finished artifacts by name. */
  get artifacts(): ReadonlyMap<string, Artifact> {
    return this.#methods.artifacts
  }

  /** A finished artifact, as another job of the run has left it: files by their paths, or the bytes of a broken one. */
  put(name: string, content: Readonly<Record<string, string | Buffer>> | Buffer): void {
    const files = Buffer.isBuffer(content)
      ? null
      : Object.entries(content).map(([file, bytes]) => [file, Buffer.from(bytes)] as const)
    const zip = files === null ? content : Buffer.from(zipSync(Object.fromEntries(files)))
    this.#methods.put(name, z.instanceof(Buffer).parse(zip), this.#run)
  }

  /** Where the bytes of an artifact are. */
  urlOf(name: string): string {
    return this.#methods.urlOf(name)
  }

  get url(): string {
    const { port } = z.object({ port: z.number() }).parse(this.#server.address())
    return `http://127.0.0.1:${port}`
  }

  /** What the runner gives to the actions of one job; each call is for another job of the same run. */
  env(): Runtime {
    const backend = { run: this.#run, job: randomUUID() }
    const token = runtimeToken(backend)
    this.#backends.set(token, backend)
    return { ACTIONS_RUNTIME_TOKEN: token, ACTIONS_RESULTS_URL: `${this.url}/` }
  }

  /**
   * Answers this operation with an error from now on, or only so many times. The client tries again, for half a
   * minute and more, after 429, 500, 502, 503 and 504; other statuses it takes as final.
   */
  fail(operation: Operation, status: number, times = Number.POSITIVE_INFINITY): void {
    this.#faults.set(operation, { status, times })
  }

  /** Takes requests for this operation and never answers. */
  hang(operation: Operation): void {
    this.#faults.set(operation, { status: 'hang', times: Number.POSITIVE_INFINITY })
  }

  /** Takes requests for this operation, and answers them once it is let go on. */
  hold(operation: Operation): { open(): void } {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#held.set(operation, promise)
    return { open: resolve }
  }

  /** Answers each request from now on so much later. */
  slow(milliseconds: number): void {
    this.#slowMs = milliseconds
  }

  /** Ends the connection of so many requests for this operation instead of an answer. */
  cut(operation: Operation, times: number): void {
    this.#faults.set(operation, { status: 'cut', times })
  }

  /** Sends the whole of a file from now on, whatever part is asked for, as simple storages do. */
  ignoreRanges(): void {
    this.#ignoresRanges = true
  }

  /** Works again. */
  recover(): void {
    this.#faults.clear()
    this.#slowMs = 0
  }

  /** Resolves when the first request for this operation has come, answered or not. */
  arrived(operation: Operation): Promise<void> {
    return this.#arrival(operation).promise
  }

  /** Drops every connection, those that hang too. */
  async stop(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  async #answer(request: IncomingMessage): Promise<Reply | undefined> {
    const { method = 'GET', url: target = '/', headers } = request
    const url = new URL(target, this.url)
    const body = await read(request)
    const blob = this.#blobs.owns(url)
    const [prefix = '', service] = PREFIX.exec(url.pathname) ?? []
    const name = url.pathname.slice(prefix.length)
    const operation = blob ? (method === 'GET' ? 'download' : 'upload') : OPERATIONS[name]
    if (operation === undefined) return twirpError(404, `no such method: ${url.pathname}`)
    this.#arrival(operation).resolve()
    await this.#held.get(operation)
    if (this.#slowMs > 0) await sleep(this.#slowMs)
    const status = this.#fault(operation)
    if (status === 'hang') return undefined
    if (status === 'cut') {
      request.socket.destroy()
      return undefined
    }
    if (blob) {
      if (status !== undefined) return storageError(status, 'InjectedFailure')
      const type = headers['x-ms-blob-content-type'] ?? headers['content-type']
      const range = this.#ignoresRanges ? undefined : headers.range
      return this.#blobs.handle(method, url, { contentType: z.string().optional().parse(type), range }, body)
    }
    if (status !== undefined) return twirpError(status, 'injected failure')
    const backend = this.#backends.get(headers.authorization?.replace(/^Bearer /, '') ?? '')
    if (backend === undefined) return twirpError(401, 'unknown token')
    const parsed: unknown = JSON.parse(body.toString())
    return service === 'Cache' ? this.#caches.call(name, parsed) : this.#methods.call(name, parsed, backend)
  }

  #fault(operation: Operation): Fault['status'] | undefined {
    const fault = this.#faults.get(operation)
    if (fault === undefined) return undefined
    fault.times -= 1
    if (fault.times <= 0) this.#faults.delete(operation)
    return fault.status
  }

  #arrival(operation: Operation): PromiseWithResolvers<void> {
    const known = this.#arrivals.get(operation)
    if (known !== undefined) return known
    const arrival = Promise.withResolvers<void>()
    this.#arrivals.set(operation, arrival)
    return arrival
  }
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(z.instanceof(Buffer).parse(chunk))
  return Buffer.concat(chunks)
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, headers)
  response.end(body)
}

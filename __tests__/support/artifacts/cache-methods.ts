import { z } from 'zod'
import type { BlobStorage } from './blob-storage.ts'
import { json, type Reply, twirpError } from './reply.ts'

const Name = z.object({ key: z.string().regex(/^[^,]{1,512}$/), version: z.string().min(1) })
const FindRequest = Name.extend({ restore_keys: z.array(z.string()).max(10).default([]) })
const FinalizeRequest = Name.extend({ size_bytes: z.coerce.number() })

/** A finished cache. */
export type Cached = {
  readonly key: string
  readonly version: string
  readonly content: Buffer
  readonly path: string
}

/**
 * The methods of `github.actions.results.api.v1.CacheService`, in Twirp's JSON with the field names of the protocol,
 * for one repository and ref. A key and version can be created once; what was not finished is never found.
 */
export class CacheMethods {
  /** By key; the newest is the last one. */
  readonly caches = new Map<string, Cached>()
  readonly #created = new Map<string, string>()
  readonly #blobs: BlobStorage
  readonly #origin: () => string

  constructor(blobs: BlobStorage, origin: () => string) {
    this.#blobs = blobs
    this.#origin = origin
  }

  put(key: string, version: string, content: Buffer): void {
    const path = this.#blobs.create('application/octet-stream')
    this.#blobs.fill(path, content)
    this.#created.set(`${key} ${version}`, path)
    this.caches.set(key, { key, version, content, path })
  }

  call(method: string, request: unknown): Reply {
    switch (method) {
      case 'CreateCacheEntry':
        return valid(Name, request, (name) => this.#create(name))
      case 'FinalizeCacheEntryUpload':
        return valid(FinalizeRequest, request, (name) => this.#finalize(name))
      case 'GetCacheEntryDownloadURL':
        return valid(FindRequest, request, (name) => this.#find(name))
      default:
        return twirpError(404, `no such method: ${method}`)
    }
  }

  #create({ key, version }: z.infer<typeof Name>): Reply {
    const id = `${key} ${version}`
    if (this.#created.has(id)) return twirpError(409, 'cache entry with the same key and version exists')
    const path = this.#blobs.create('application/octet-stream')
    this.#created.set(id, path)
    return json(200, { ok: true, signed_upload_url: this.#origin() + path })
  }

  #finalize({ key, version, size_bytes: size }: z.infer<typeof FinalizeRequest>): Reply {
    const path = this.#created.get(`${key} ${version}`)
    const content = path === undefined ? undefined : this.#blobs.content(path)
    if (path === undefined || content === undefined) return twirpError(404, 'nothing was uploaded')
    if (content.length !== size) return twirpError(400, `${content.length} bytes were uploaded, not ${size}`)
    this.caches.set(key, { key, version, content, path })
    return json(200, { ok: true, entry_id: String(this.caches.size) })
  }

  #find({ key, version, restore_keys: restoreKeys }: z.infer<typeof FindRequest>): Reply {
    const newest = [...this.caches.values()].toReversed().filter((one) => one.version === version)
    const found =
      newest.find((one) => one.key === key) ??
      restoreKeys
        .map((prefix) => newest.find((one) => one.key.startsWith(prefix)))
        .find((one) => one !== undefined)
    if (found === undefined) return json(200, { ok: false })
    return json(200, { ok: true, signed_download_url: this.#origin() + found.path, matched_key: found.key })
  }
}

function valid<Request>(
  schema: z.ZodType<Request>,
  request: unknown,
  answer: (one: Request) => Reply,
): Reply {
  const parsed = schema.safeParse(request)
  return parsed.success ? answer(parsed.data) : twirpError(400, z.prettifyError(parsed.error))
}

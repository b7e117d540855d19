import { randomUUID } from 'node:crypto'
import { type Reply, storageError } from './reply.ts'

/** Account and container: with an IP address as host, Azure's client expects both in the path. */
const FOLDER = '/results/artifacts/'

type BlobHeaders = { readonly contentType: string | undefined; readonly range: string | undefined }

type Blob = {
  readonly signature: string
  readonly blocks: Map<string, Buffer>
  mimeType: string
  content: Buffer | undefined
}

/**
 * The part of Azure's block blobs that the artifact client uses behind a signed URL: Put Block, Put Block List,
 * Put Blob, Get Blob. A blob is readable once its list of blocks is committed, and its URL's signature is checked.
 */
export class BlobStorage {
  readonly #blobs = new Map<string, Blob>()

  /** Path and query of a new blob, to put behind the service's origin. */
  create(mimeType: string): string {
    const name = `${FOLDER}${randomUUID()}${mimeType === 'application/zip' ? '.zip' : ''}`
    const signature = randomUUID()
    this.#blobs.set(name, { signature, blocks: new Map(), mimeType, content: undefined })
    return `${name}?sv=2025-11-05&sr=b&sp=rcw&sig=${signature}`
  }

  content(signedPath: string): Buffer | undefined {
    return this.#blobs.get(signedPath.split('?')[0] ?? '')?.content
  }

  fill(signedPath: string, content: Buffer): void {
    const blob = this.#blobs.get(signedPath.split('?')[0] ?? '')
    if (blob === undefined) throw new Error(`no such blob: ${signedPath}`)
    blob.content = content
  }

  owns(url: URL): boolean {
    return url.pathname.startsWith(FOLDER)
  }

  handle(method: string, url: URL, headers: BlobHeaders, body: Buffer): Reply {
    const blob = this.#blobs.get(url.pathname)
    if (blob === undefined) return storageError(404, 'BlobNotFound')
    if (url.searchParams.get('sig') !== blob.signature) return storageError(403, 'AuthenticationFailed')
    if (method === 'GET') return read(blob, headers.range)
    if (method !== 'PUT') return storageError(405, 'UnsupportedHttpVerb')
    return write(blob, url.searchParams, headers.contentType, body)
  }
}

/** Azure takes `bytes=from-to`, and no `bytes=-last`. */
function read({ content, mimeType }: Blob, range: string | undefined): Reply {
  if (content === undefined) return storageError(404, 'BlobNotFound')
  const headers = { 'content-type': mimeType, 'x-ms-blob-type': 'BlockBlob' }
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? []
  if (from === undefined || to === undefined) return { status: 200, headers, body: content }
  if (Number(from) >= content.length) return storageError(416, 'InvalidRange')
  const part = content.subarray(Number(from), Number(to) + 1)
  const at = `bytes ${from}-${Number(from) + part.length - 1}/${content.length}`
  return { status: 206, headers: { ...headers, 'content-range': at }, body: part }
}

function write(blob: Blob, query: URLSearchParams, contentType: string | undefined, body: Buffer): Reply {
  switch (query.get('comp')) {
    case 'block':
      blob.blocks.set(query.get('blockid') ?? '', body)
      return created()
    case 'blocklist': {
      const ids = [...body.toString().matchAll(/<(?:Latest|Uncommitted)>([^<]+)</g)].map(([, id]) => id ?? '')
      const blocks = ids.map((id) => blob.blocks.get(id))
      const known = blocks.filter((block) => block !== undefined)
      if (known.length < blocks.length) return storageError(400, 'InvalidBlockList')
      blob.content = Buffer.concat(known)
      break
    }
    case null:
      blob.content = body
      break
    default:
      return storageError(400, 'InvalidQueryParameterValue')
  }
  blob.mimeType = contentType ?? blob.mimeType
  return created()
}

function created(): Reply {
  const now = new Date().toUTCString()
  const headers = { etag: `"${randomUUID()}"`, 'last-modified': now, 'x-ms-version': '2025-11-05', date: now }
  return { status: 201, headers: { ...headers, 'x-ms-request-id': randomUUID() } }
}

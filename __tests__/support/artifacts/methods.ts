import { z } from 'zod'
import { type Artifact, filesOf, sha256 } from './artifact.ts'
import type { BlobStorage } from './blob-storage.ts'
import { json, type Reply, twirpError } from './reply.ts'
import type { Backend } from './runtime-token.ts'

const Ids = z.object({ workflow_run_backend_id: z.string(), workflow_job_run_backend_id: z.string() })
const CreateRequest = Ids.extend({
  name: z.string().regex(/^[^":<>|*?\r\n\\/]+$/),
  version: z.union([z.literal(4), z.literal(7)]),
  expires_at: z.coerce.date().optional(),
  mime_type: z.string().default('application/zip'),
})
const FinalizeRequest = Ids.extend({
  name: z.string(),
  size: z.coerce.number(),
  hash: z.string().optional(),
})
const ListRequest = Ids.extend({
  name_filter: z.string().optional(),
  id_filter: z.coerce.number().optional(),
})
const NameRequest = Ids.extend({ name: z.string() })

type Created = {
  readonly request: z.infer<typeof CreateRequest>
  readonly path: string
  readonly createdAt: Date
}

/**
 * The methods of `github.actions.results.api.v1.ArtifactService` for one run, in Twirp's JSON with the field
 * names of the protocol. A name is taken from the moment it is created: as with GitHub, an upload that failed
 * half-way keeps its name for the rest of the run, and shows in no list.
 */
export class ArtifactMethods {
  readonly artifacts = new Map<string, Artifact>()
  readonly #created = new Map<string, Created>()
  readonly #owners = new Map<string, string>()
  readonly #blobs: BlobStorage
  readonly #origin: () => string
  #lastId = 1000

  constructor(blobs: BlobStorage, origin: () => string) {
    this.#blobs = blobs
    this.#origin = origin
  }

  /** A finished artifact, as another job of the run has left it. */
  put(name: string, bytes: Buffer, run: string): void {
    const ids = { workflow_run_backend_id: run, workflow_job_run_backend_id: 'another' }
    this.#create({ ...ids, name, version: 4, mime_type: 'application/zip' })
    this.#blobs.fill(this.#created.get(name)?.path ?? '', bytes)
    this.#finish(name, bytes, new Map(), ids.workflow_job_run_backend_id)
  }

  call(method: string, request: unknown, backend: Backend): Reply {
    const ids = Ids.safeParse(request)
    if (!ids.success) return twirpError(400, z.prettifyError(ids.error))
    if (ids.data.workflow_run_backend_id !== backend.run)
      return twirpError(403, 'the token is of another run')
    switch (method) {
      case 'CreateArtifact':
        return withRequest(CreateRequest, request, (valid) => this.#create(valid))
      case 'FinalizeArtifact':
        return withRequest(FinalizeRequest, request, (valid) => this.#finalize(valid))
      case 'ListArtifacts':
        return withRequest(ListRequest, request, (valid) => this.#list(valid))
      case 'GetSignedArtifactURL':
        return withRequest(NameRequest, request, (valid) => this.#sign(valid))
      case 'DeleteArtifact':
        return withRequest(NameRequest, request, (valid) => this.#delete(valid))
      default:
        return twirpError(404, `no such method: ${method}`)
    }
  }

  #create(request: z.infer<typeof CreateRequest>): Reply {
    if (this.#created.has(request.name)) {
      return twirpError(409, 'an artifact with this name already exists on the workflow run')
    }
    const path = this.#blobs.create(request.mime_type)
    this.#created.set(request.name, { request, path, createdAt: new Date() })
    return json(200, { ok: true, signed_upload_url: this.#origin() + path })
  }

  #finalize({ name, size, hash, ...ids }: z.infer<typeof FinalizeRequest>): Reply {
    const created = this.#created.get(name)
    if (created === undefined) return twirpError(404, `no such artifact: ${name}`)
    const zip = this.#blobs.content(created.path)
    if (zip === undefined) return twirpError(412, 'nothing was uploaded')
    if (zip.length !== size) return twirpError(400, `${zip.length} bytes were uploaded, not ${size}`)
    const actual = sha256(zip)
    if (hash !== undefined && hash !== actual) return twirpError(400, `uploaded ${actual}, not ${hash}`)
    const { mime_type: mimeType } = created.request
    const id = this.#finish(name, zip, filesOf(name, mimeType, zip), ids.workflow_job_run_backend_id)
    return json(200, { ok: true, artifact_id: String(id) })
  }

  #finish(name: string, zip: Buffer, files: ReadonlyMap<string, Buffer>, job: string): number {
    const created = this.#created.get(name)
    if (created === undefined) throw new Error(`no such artifact: ${name}`)
    const { mime_type: mimeType, expires_at: expiresAt } = created.request
    this.#lastId += 1
    const id = this.#lastId
    const { createdAt } = created
    const hash = sha256(zip)
    this.artifacts.set(name, { id, name, zip, files, size: zip.length, hash, mimeType, createdAt, expiresAt })
    this.#owners.set(name, job)
    return id
  }

  #list({ name_filter, id_filter, ...ids }: z.infer<typeof ListRequest>): Reply {
    const found = [...this.artifacts.values()].filter(({ name, id }) => {
      return (
        (name_filter === undefined || name === name_filter) && (id_filter === undefined || id === id_filter)
      )
    })
    const artifacts = found.map(({ id, name, size, hash, createdAt }) => ({
      workflow_run_backend_id: ids.workflow_run_backend_id,
      workflow_job_run_backend_id: this.#owners.get(name),
      database_id: String(id),
      name,
      size: String(size),
      created_at: createdAt.toISOString(),
      digest: hash,
    }))
    return json(200, { artifacts })
  }

  #sign({ name }: z.infer<typeof NameRequest>): Reply {
    if (!this.artifacts.has(name)) return twirpError(404, `no such artifact: ${name}`)
    return json(200, { signed_url: this.urlOf(name) })
  }

  urlOf(name: string): string {
    return this.#origin() + (this.#created.get(name)?.path ?? '')
  }

  #delete({ name }: z.infer<typeof NameRequest>): Reply {
    const artifact = this.artifacts.get(name)
    if (artifact === undefined) return twirpError(404, `no such artifact: ${name}`)
    this.artifacts.delete(name)
    this.#created.delete(name)
    return json(200, { ok: true, artifact_id: String(artifact.id) })
  }
}

function withRequest<Request>(
  schema: z.ZodType<Request>,
  request: unknown,
  answer: (valid: Request) => Reply,
): Reply {
  const valid = schema.safeParse(request)
  return valid.success ? answer(valid.data) : twirpError(400, z.prettifyError(valid.error))
}

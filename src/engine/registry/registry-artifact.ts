import { z } from 'zod'
import { digestOf } from './registry.ts'
import type { RegistryAuth } from './registry-auth.ts'
import { bodyOf, RegistryError, registryClient, requireAnswer, sent } from './registry-http.ts'
import { type RegistryTalk, talkedAbout, tried } from './registry-talk.ts'

/** What a server keeps that is no image: one file. */
export interface RegistryFile {
  /** Of its manifest; where it has none, of the file. */
  readonly digest: string
  readonly content: Buffer
}

/** Which of the layers of an artifact is wanted, and of how many bytes at most. */
export interface WantedLayer {
  readonly mediaType: string
  readonly mostBytes: number
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const LAYER_MS = 5 * 60_000
/** As long as any manifest of one layer, with its annotations. */
const MOST_MANIFEST_BYTES = 1024 ** 2

const manifestSchema = z.looseObject({
  layers: z.array(
    z.looseObject({ mediaType: z.string(), digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) }),
  ),
})

/**
 * Fetches the one layer of an artifact. What comes is what its digests say, or nothing.
 * @param reference as of an image: `HOST/REPOSITORY[:TAG][@DIGEST]`
 * @throws RegistryError
 */
export const remoteArtifact = (
  reference: string,
  auth: RegistryAuth | null,
  wanted: WantedLayer,
): Promise<RegistryFile> => talkedAbout(reference, auth, (talk) => askArtifact(talk, wanted))

async function askArtifact(talk: RegistryTalk, { mediaType, mostBytes }: WantedLayer): Promise<RegistryFile> {
  const { origin, tag } = talk.place
  const answer = await talk.ask('GET', `manifests/${tag}`, MANIFEST)
  requireAnswer(answer)
  const manifest = await bodyOf(origin, answer, { mostBytes: MOST_MANIFEST_BYTES })
  const digest = digestOf(manifest)
  // A tag has no colon.
  if (tag.includes(':') && tag !== digest)
    throw new RegistryError('refused', `it sent a manifest whose digest is ${digest}`)
  const layer = layersIn(manifest).find((one) => one.mediaType === mediaType)
  if (layer === undefined) throw new RegistryError('refused', `what it has there has no layer ${mediaType}`)
  const blob = await talk.ask('GET', `blobs/${layer.digest}`, '*/*')
  requireAnswer(blob)
  const content = await bodyOf(origin, blob, { mostBytes, milliseconds: LAYER_MS })
  if (digestOf(content) !== layer.digest)
    throw new RegistryError('refused', `it sent something else than ${layer.digest}`)
  return { digest, content }
}

function layersIn(manifest: Buffer): z.output<typeof manifestSchema>['layers'] {
  try {
    return manifestSchema.parse(JSON.parse(manifest.toString('utf8'))).layers
  } catch (error) {
    throw new RegistryError('refused', `it sent no manifest: ${error instanceof Error ? error.name : error}`)
  }
}

/**
 * Fetches a file by its address.
 * @throws RegistryError
 */
export const fetchFile = (url: string, mostBytes: number): Promise<RegistryFile> =>
  tried(async () => {
    const client = registryClient()
    try {
      const answer = await sent(client, 'GET', url, {})
      requireAnswer(answer)
      const content = await bodyOf(url, answer, { mostBytes, milliseconds: LAYER_MS })
      return { digest: digestOf(content), content }
    } finally {
      client.dispose()
    }
  })

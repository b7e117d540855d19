import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { type TarEntry, writeTar } from '../../src/formats/tar-writer.ts'
import type { AskedFeatures, Feature } from '../../src/image/devcontainer/features/collect.ts'
import { optionVariables, readMetadata } from '../../src/image/devcontainer/features/metadata.ts'
import { featureReference } from '../../src/image/devcontainer/features/reference.ts'

/** A feature as it was found, of what its own file says. */
export function feature(
  about: { id: string } & Record<string, unknown>,
  options: AskedFeatures[string] = {},
  dependencies: readonly string[] = [],
): Feature {
  const written = `ghcr.io/acme/features/${about.id}:1`
  const metadata = readMetadata(JSON.stringify(about), written)
  return {
    ...{ written, metadata, options, dependencies, key: about.id, files: [] },
    reference: featureReference(written, '.devcontainer/devcontainer.json'),
    variables: optionVariables(metadata, options),
    digest: digestOf(Buffer.from(about.id)),
  }
}

/** Files of a feature: what it is, what installs it, and others. */
export const featureFiles = (
  about: { id: string } & Record<string, unknown>,
  install: string,
): Record<string, string> => ({
  'devcontainer-feature.json': JSON.stringify(about),
  'install.sh': install,
})

/** An archive of files by their names. */
export const archiveOf = (files: Readonly<Record<string, string>>): Promise<Buffer> =>
  tarOf(Object.entries(files).map(([path, text]) => fileEntry(path, text)))

/** A file of an archive. */
export const fileEntry = (path: string, text: string): TarEntry => ({
  ...{ path, type: 'file', mode: 0o644, uid: 0, gid: 0, size: Buffer.byteLength(text) },
  content: [Buffer.from(text)],
})

/** An archive of any entries, packed. */
export async function tarOf(entries: readonly TarEntry[]): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of Readable.from(writeTar(entries))) chunks.push(Buffer.from(chunk))
  return gzipSync(Buffer.concat(chunks))
}

/**
 * Puts the archive of a feature into a registry, as `devcontainer features publish` does.
 * @param at `HOST/REPOSITORY:TAG`
 * @returns the digest of its manifest
 */
export async function publishFeature(at: string, archive: Buffer): Promise<string> {
  const [, host, repository, tag] = /^([^/]+)\/(.*):([^:]+)$/.exec(at) ?? []
  const base = `http://${host}/v2/${repository}`
  const put = async (content: Buffer) => {
    const begun = await fetch(`${base}/blobs/uploads/`, { method: 'POST' })
    const url = new URL(begun.headers.get('location') ?? '', base)
    url.searchParams.set('digest', digestOf(content))
    await sent(url.href, content, 'application/octet-stream')
    return { digest: digestOf(content), size: content.length }
  }
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.devcontainers', ...(await put(Buffer.from('{}'))) },
      layers: [{ mediaType: 'application/vnd.devcontainers.layer.v1+tar', ...(await put(archive)) }],
    }),
  )
  await sent(`${base}/manifests/${tag}`, manifest, 'application/vnd.oci.image.manifest.v1+json')
  return digestOf(manifest)
}

async function sent(url: string, content: Buffer, type: string): Promise<void> {
  const answer = await fetch(url, { method: 'PUT', body: content, headers: { 'content-type': type } })
  if (!answer.ok) throw new Error(`PUT ${url}: ${answer.status} ${await answer.text()}`)
}

const digestOf = (content: Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`

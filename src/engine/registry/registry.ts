import { createHash } from 'node:crypto'
import type { RegistryAuth } from './registry-auth.ts'
import { bodyOf, requireAnswer } from './registry-http.ts'
import { type RegistryTalk, talkedAbout } from './registry-talk.ts'

/** What a digest may be of: an image, or the list of its platforms. */
const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

/**
 * The digest that a registry has for an image, asked by its HTTP API (version 2). Nothing is pulled, and an image of
 * several platforms has one digest for all of them.
 * @param auth credentials for its registry; null: none
 * @throws RegistryError
 */
export const remoteDigest = (image: string, auth: RegistryAuth | null): Promise<string> =>
  talkedAbout(image, auth, askDigest)

async function askDigest(talk: RegistryTalk): Promise<string> {
  const path = `manifests/${talk.place.tag}`
  const answer = await talk.ask('HEAD', path, ACCEPT)
  requireAnswer(answer)
  const said = answer.message.headers['docker-content-digest']
  if (typeof said === 'string' && /^sha256:[0-9a-f]{64}$/.test(said)) return said
  // Some registries say it of a whole manifest only, and some not at all: it is the hash of what they send.
  const whole = await talk.ask('GET', path, ACCEPT)
  requireAnswer(whole)
  return digestOf(await bodyOf(talk.place.origin, whole))
}

/** The digest of what a registry sends. */
export const digestOf = (content: Buffer): string =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`

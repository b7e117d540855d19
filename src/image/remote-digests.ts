import { registryKey, registryOf } from '../engine/registry/image-reference.ts'
import { remoteDigest } from '../engine/registry/registry.ts'
import { configuredAuth, type RegistryAuth } from '../engine/registry/registry-auth.ts'
import { RegistryError, type RegistryReason } from '../engine/registry/registry-http.ts'
import { sentence, TaskError } from '../errors.ts'
import type { RegistryLogins } from '../task/registries.ts'

/** Asks the registry of an image for its digest; each of them is asked once for its credentials. */
export type DigestSource = (image: string) => Promise<string>

/**
 * Digests of images as their registries have them now (IMX-3), asked with the logins of an input, else with those of
 * Docker's configuration.
 */
export function remoteDigests(logins: RegistryLogins | undefined, env: NodeJS.ProcessEnv): DigestSource {
  const own = new Map([...(logins ?? [])].map(([host, login]) => [registryKey(host), login] as const))
  const known = new Map<string, Promise<RegistryAuth | null>>()
  const authFor = (registry: string): Promise<RegistryAuth | null> => {
    const auth = known.get(registry) ?? Promise.resolve(own.get(registry) ?? configuredAuth(registry, env))
    known.set(registry, auth)
    return auth
  }
  return async (image) => {
    try {
      return await remoteDigest(image, await authFor(registryOf(image)))
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error
      const why = `has no digest that can be had: ${sentence(error.message)} ${REGISTRY_ADVICE[error.reason]}`
      throw new TaskError('ACODE-CTN-004', why, { cause: error })
    }
  }
}

/** What can be done about a registry that gave no answer. */
export const REGISTRY_ADVICE: Readonly<Record<RegistryReason, string>> = {
  'not-found': 'Check its name and tag.',
  denied:
    'Check its name, and log in to its registry (docker login before this step, or the input registries).',
  busy: 'Try again later.',
  unreachable: 'Check the registry in its name, and that this machine reaches it.',
  refused: 'Check its name.',
}

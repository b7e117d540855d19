import { registryKey, registryOf } from '../../engine/registry/image-reference.ts'
import { configuredAuth, type RegistryAuth } from '../../engine/registry/registry-auth.ts'
import type { Run } from '../context/open-run.ts'

/** The login of this run for the registry of an image, else that of the machine; null when there is none. */
export async function authFor(
  image: string,
  { inputs, env }: Pick<Run, 'inputs' | 'env'>,
  signal: AbortSignal,
): Promise<RegistryAuth | null> {
  const registry = registryOf(image)
  const own = [...(inputs.registries ?? [])].find(([host]) => registryKey(host) === registry)
  return own ? own[1] : configuredAuth(registry, env, signal)
}

import { randomBytes } from 'node:crypto'
import type { Docker } from '../../engine/docker.ts'
import { isRefusal } from '../../engine/errors.ts'
import type { Reach } from '../../engine/networks.ts'
import { sentence, TaskError } from '../../errors.ts'
import { readIfThere } from '../../host/files.ts'
import { canHideMetadata, type Network, SHARED_NETWORK } from '../network.ts'

/** A name for a network of a task's own. What an earlier try left under the same would be in the way, or be taken for ours. */
export const networkName = (container: string): string =>
  `${container}.network-${randomBytes(3).toString('hex')}`

/**
 * Makes a network of a task's own: no other container is on it, and the engine forwards nothing between networks.
 * @returns false when the engine has no addresses left for one
 * @throws TaskError ACODE-CTN-003
 */
export async function makeNetwork(
  docker: Docker,
  name: string,
  labels: Readonly<Record<string, string>>,
  reach: Reach = 'everywhere',
): Promise<boolean> {
  try {
    // Without IPv6: clouds have a metadata address there too.
    await docker.networks.create(name, labels, reach)
    return true
  } catch (error) {
    if (!isRefusal(error)) throw error
    if (error.reason === 'no-addresses') return false
    throw new TaskError(
      'ACODE-CTN-003',
      `The network ${name} could not be created: ${sentence(error.message)} Correct what the engine names, or use network: ${SHARED_NETWORK} or none.`,
      { cause: error },
    )
  }
}

/** The network as a container gets it, with the metadata address hidden where that can be done. */
export async function withoutMetadata(docker: Docker, name: string): Promise<Network> {
  const { place } = await docker.endpoint()
  const resolvers = await Promise.all(RESOLVERS.map(async (file) => (await readIfThere(file)) ?? ''))
  return { name, hidesMetadata: canHideMetadata(place, resolvers.join('\n')), isInternal: false }
}

/** What engines read of the machine they are on: the second where the first names a resolver of the loopback. */
const RESOLVERS = ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf']

import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type Docker, EngineError } from '../engine/docker.ts'
import { engineEndpoint } from '../engine/endpoint.ts'
import { sentence, TaskError } from '../errors.ts'
import { canHideMetadata, isOutOfAddresses, type Network, SHARED_NETWORK } from './network.ts'

/**
 * Makes a network of a task's own: no other container is on it, and the engine forwards nothing between networks.
 * Null where the engine has no addresses left for one.
 * @throws TaskError ACODE-CTN-003
 */
export async function makeNetwork(
  docker: Docker,
  container: string,
  labels: Readonly<Record<string, string>>,
): Promise<string | null> {
  // What an earlier try left under the same name would be in the way, or be taken for ours.
  const name = `${container}.network-${randomBytes(3).toString('hex')}`
  const labelled = Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`])
  try {
    // Also where the engine gives its networks IPv6 by default: clouds have a metadata address there too.
    await docker.call(['network', 'create', '--ipv6=false', ...labelled, name])
    return name
  } catch (error) {
    if (!(error instanceof EngineError) || error.kind !== 'failed') throw error
    if (isOutOfAddresses(error.message)) return null
    throw new TaskError(
      'ACODE-CTN-003',
      `The network of ${container} could not be created: ${sentence(error.message)} Correct what the engine names, or use network: ${SHARED_NETWORK} or none.`,
      { cause: error },
    )
  }
}

/** The network as a container gets it, with the metadata address hidden where that can be done. */
export async function withoutMetadata(name: string): Promise<Network> {
  const [endpoint, ...resolvers] = await Promise.all([engineEndpoint(), ...RESOLVERS.map(readIfThere)])
  return { name, hidesMetadata: canHideMetadata(endpoint, resolvers.join('\n')) }
}

/** What engines read of the machine they are on: the second where the first names a resolver of the loopback. */
const RESOLVERS = ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf']

const readIfThere = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '')

import { randomBytes } from 'node:crypto'
import { Docker } from '../../src/engine/docker.ts'
import { EngineError } from '../../src/engine/errors.ts'

/** A client of the engine that writes no log. */
export const quietDocker = (): Docker => new Docker({ call: () => undefined, slow: () => undefined })

/**
 * What the engine takes for the least that a task is to it: its own network, a container with an init on it, its start
 * and its end, and the removal of both. Where the engine has no addresses for a network, the shared one, as for a task.
 * Nothing of the action is in it. In milliseconds.
 */
export async function engineAlone(docker: Docker, image: string): Promise<number> {
  const name = `acode-bench-${randomBytes(4).toString('hex')}`
  const create = (network: string) =>
    docker.containers.create(name, {
      Image: image,
      Cmd: ['true'],
      HostConfig: { NetworkMode: network, Init: true, LogConfig: { Type: 'none' } },
    })
  const started = performance.now()
  // As the action does it: one does not wait for the other where the engine does not.
  const [first, isMade] = await Promise.all([create(name), isNetworkMade(docker, name)])
  let id = first
  if (!isMade) {
    await docker.containers.remove(first)
    id = await create('bridge')
  }
  await docker.containers.start(id)
  await docker.containers.waitForEnd(id, { timeoutMs: 60_000 })
  await Promise.all([docker.containers.remove(id), isMade && docker.networks.remove(name)])
  return performance.now() - started
}

async function isNetworkMade(docker: Docker, name: string): Promise<boolean> {
  try {
    await docker.networks.create(name, {})
    return true
  } catch (error) {
    if (error instanceof EngineError && error.reason === 'no-addresses') return false
    throw error
  }
}

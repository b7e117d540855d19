import { randomBytes } from 'node:crypto'
import { Docker } from '../../src/engine/docker.ts'

/** A client of the engine that writes no log. */
export const quietDocker = (): Docker => new Docker({ call: () => undefined, slow: () => undefined })

/**
 * What the engine takes for the least that a task is to it: its own network, a container with an init on it, its
 * start and its end, and the removal of both. Nothing of the action is in it. In milliseconds.
 */
export async function engineAlone(docker: Docker, image: string): Promise<number> {
  const name = `acode-bench-${randomBytes(4).toString('hex')}`
  const description = {
    Image: image,
    Cmd: ['true'],
    HostConfig: { NetworkMode: name, Init: true, LogConfig: { Type: 'none' } },
  }
  const started = performance.now()
  // As the action does it: one does not wait for the other where the engine does not.
  const [id] = await Promise.all([
    docker.containers.create(name, description),
    docker.networks.create(name, {}),
  ])
  await docker.containers.start(id)
  await docker.containers.waitForEnd(id, { timeoutMs: 60_000 })
  await Promise.all([docker.containers.remove(id), docker.networks.remove(name)])
  return performance.now() - started
}

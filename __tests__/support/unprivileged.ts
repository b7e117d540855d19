import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import type { JobOptions } from './runner.ts'

/**
 * A job whose steps are not root's and reach the engine all the same: through a TCP proxy, since its socket is
 * seldom for everybody. Where the tests themselves are not root, the job is like any other.
 */
export async function unprivileged(): Promise<Pick<JobOptions, 'user' | 'env'>> {
  if (process.getuid?.() !== 0) return {}
  return { user: { uid: 1234, gid: 1234 }, env: { DOCKER_HOST: await engineProxy() } }
}

/** The tests' engine by another address, as long as the test runs. */
export async function engineProxy(): Promise<string> {
  const host = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock'
  if (!host.startsWith('unix://')) return host
  const socket = host.slice('unix://'.length)
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const engine = connect({ path: socket, allowHalfOpen: true })
    client.pipe(engine).pipe(client)
    for (const [one, other] of [
      [client, engine],
      [engine, client],
    ] as const) {
      open.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => open.delete(one))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const one of open) one.destroy()
  })
  const { port } = z.object({ port: z.number() }).parse(server.address())
  return `tcp://127.0.0.1:${port}`
}

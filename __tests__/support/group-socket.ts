import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import type { User } from './runner.ts'

const GROUP = 4321

/**
 * A job of an ordinary user whom a group lets talk to the engine, as on a machine where the runner's user is in the
 * group docker: through a socket of that group's, since the tests' own may be root's alone.
 */
export async function ordinaryUser(): Promise<{ user: User; env: { DOCKER_HOST: string } }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'group-socket-'))
  const file = path.join(folder, 'docker.sock')
  const engine = (process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock').replace('unix://', '')
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ path: engine, allowHalfOpen: true })
    client.pipe(upstream).pipe(client)
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => open.delete(one))
    }
  })
  server.listen(file)
  await once(server, 'listening')
  chownSync(file, 0, GROUP)
  chmodSync(file, 0o660)
  chmodSync(folder, 0o755)
  onTestFinished(() => {
    server.close()
    for (const one of open) one.destroy()
    rmSync(folder, { recursive: true, force: true })
  })
  return { user: { uid: 1234, gid: 1234, groups: [GROUP] }, env: { DOCKER_HOST: `unix://${file}` } }
}

import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Transform } from 'node:stream'
import { z } from 'zod'

/** Another way to the engine of the tests. */
export type EngineProxy = { readonly dockerHost: string; stop(): Promise<void> }

/** The engine of the tests, or the one at `dockerHost`, on a TCP port of this machine. */
export async function tcpProxy(dockerHost = process.env.DOCKER_HOST): Promise<EngineProxy> {
  return listening(passOn(dockerHost))
}

async function listening({ server, stop }: ReturnType<typeof passOn>): Promise<EngineProxy> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = z.object({ port: z.number() }).parse(server.address())
  return { dockerHost: `tcp://127.0.0.1:${port}`, stop }
}

/** The engine on a socket that only one group may use, as distributions set it up for users other than root. */
export async function groupProxy(group: number): Promise<EngineProxy> {
  const folder = mkdtempSync(path.join(tmpdir(), 'engine-'))
  chmodSync(folder, 0o755)
  const socket = path.join(folder, 'docker.sock')
  const { server, stop } = passOn(process.env.DOCKER_HOST)
  server.listen(socket)
  await once(server, 'listening')
  chownSync(socket, 0, group)
  chmodSync(socket, 0o660)
  return {
    dockerHost: `unix://${socket}`,
    async stop() {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The engine, which calls itself Podman in each answer, on a TCP port of this machine. */
export async function podmanProxy(): Promise<EngineProxy> {
  const greeting = '\r\nOstype: linux\r\n'
  const podman = `\r\nLibpod-Api-Version: 5.0.0${greeting}`
  const rename = (chunk: Buffer) => Buffer.from(chunk.toString('latin1').replace(greeting, podman), 'latin1')
  return listening(passOn(process.env.DOCKER_HOST, rename))
}

/** Half-open connections are passed on as such: a client may end its side of an attachment before the output ends. */
function passOn(
  dockerHost: string | undefined,
  changed?: (answer: Buffer) => Buffer,
): { server: Server; stop: () => Promise<void> } {
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const engine = connect({ ...engineAddress(dockerHost), allowHalfOpen: true })
    for (const [from, to] of [
      [client, engine],
      [engine, client],
    ] as const) {
      open.add(from)
      if (from === engine && changed) from.pipe(changing(changed)).pipe(to)
      else from.pipe(to)
      from.on('error', () => to.destroy())
      from.on('close', () => open.delete(from))
    }
  })
  const stop = async (): Promise<void> => {
    const closed = once(server, 'close')
    server.close()
    for (const socket of open) socket.destroy()
    await closed
  }
  return { server, stop }
}

const changing = (change: (chunk: Buffer) => Buffer) =>
  new Transform({ transform: (chunk: Buffer, _, done) => done(null, change(chunk)) })

/** Where an engine listens, for node:net and node:http. */
export function engineAddress(
  dockerHost = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock',
): { path: string; socketPath: string } | { host: string; port: number } {
  const url = new URL(dockerHost)
  return url.protocol === 'unix:'
    ? { path: url.pathname, socketPath: url.pathname }
    : { host: url.hostname, port: Number(url.port) }
}

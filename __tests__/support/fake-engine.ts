import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { onTestFinished, vi } from 'vitest'
import { Docker } from '../../src/engine/docker.ts'
import type { EngineCall } from '../../src/engine/transport/call.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** What an engine of ours answers to a request; the ping is answered for it. */
export type Answer = (asked: IncomingMessage, answer: ServerResponse) => void

/** An engine that is a function, and a client of it. */
export type FakeEngine = {
  readonly docker: Docker
  readonly socket: string
  readonly server: Server
  /** What was asked for, `GET /v1.41/info`, without the ping. */
  readonly requests: readonly string[]
  readonly observed: readonly EngineCall[]
}

export type FakeEngineOptions = {
  readonly version?: string
  readonly isPodman?: boolean
  readonly capSeconds?: number
  readonly cancel?: AbortSignal
  /** True for one that answers not even the ping. */
  readonly isMute?: boolean
}

/** Starts one, as what DOCKER_HOST names; gone when the test is over. */
export async function fakeEngine(answer: Answer, options: FakeEngineOptions = {}): Promise<FakeEngine> {
  const { version = '1.41', isPodman = false, capSeconds, cancel, isMute = false } = options
  const socket = join(temporaryFolder(), 'docker.sock')
  const requests: string[] = []
  const observed: EngineCall[] = []
  const open = new Set<Duplex>()
  const server = createServer((asked, reply) => {
    if (asked.url === '/_ping') {
      if (isMute) return
      if (isPodman) reply.setHeader('Libpod-Api-Version', '4.3.1')
      return void reply.setHeader('Api-Version', version).end('OK')
    }
    requests.push(`${asked.method} ${asked.url}`)
    answer(asked, reply)
  })
  server.on('connection', (one: Duplex) => open.add(one))
  server.listen(socket)
  await once(server, 'listening')
  vi.stubEnv('DOCKER_HOST', `unix://${socket}`)
  const observer = { call: (call: EngineCall) => void observed.push(call), slow: () => undefined }
  const docker = new Docker(observer, capSeconds, cancel)
  onTestFinished(async () => {
    vi.unstubAllEnvs()
    await docker.close()
    server.close()
    for (const one of open) one.destroy()
  })
  return { docker, socket, server, requests, observed }
}

/** Answers with JSON. */
export const json =
  (value: unknown, status = 200): Answer =>
  (_asked, answer) =>
    void answer.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value))

/** Never answers. */
export const silent: Answer = () => undefined

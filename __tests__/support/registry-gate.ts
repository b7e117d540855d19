import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { onTestFinished } from 'vitest'
import { z } from 'zod'

/** What becomes of a request that would be passed on: the registry's answer, or the one that is written here. */
export type Fault = (asked: IncomingMessage, answer: ServerResponse) => boolean

/** The registry of the tests behind a proxy, which asks for a login or has faults. */
export interface RegistryGate {
  /** `127.0.0.1:PORT`. */
  readonly host: string
  /** What was asked for, `GET /v2/…`. */
  readonly requests: readonly string[]
}

/** Opens one; closed when the test is over. `login`, as `USER:PASSWORD`, is asked for by Basic authentication. */
export async function registryGate(login: string | null, fault: Fault = () => false): Promise<RegistryGate> {
  const [host, port] = z.tuple([z.string(), z.string()]).parse(process.env.ACODE_TEST_REGISTRY?.split(':'))
  const wanted = login === null ? null : `Basic ${Buffer.from(login).toString('base64')}`
  const requests: string[] = []
  const server = createServer((asked, answer) => {
    const { method, url, headers } = asked
    requests.push(`${method} ${url}`)
    if (wanted !== null && headers.authorization !== wanted)
      return void answer.writeHead(401, { 'WWW-Authenticate': 'Basic realm="tests"' }).end()
    if (fault(asked, answer)) return
    const { authorization: _, ...passed } = headers
    const further = request({ host, port, path: url, method, headers: passed }, (found) => {
      answer.writeHead(found.statusCode ?? 500, found.headers)
      found.pipe(answer)
    })
    further.on('error', () => answer.destroy())
    asked.pipe(further)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port: own } = z.object({ port: z.number() }).parse(server.address())
  return { host: `127.0.0.1:${own}`, requests }
}

import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { authorityText, type Target } from './hosts.ts'
import type { Passage } from './ledger.ts'
import { authorizationOf, requestBy, type UpstreamProxy } from './upstream.ts'

/** A request for `http://…` as a proxy gets it. */
interface PlainRequest {
  readonly target: Target
  readonly path: string
  readonly message: IncomingMessage
  readonly response: ServerResponse
}

/** Headers that count for one connection only, and are not passed on. */
const HOP_BY_HOP = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection'],
  ...['te', 'trailer', 'upgrade', 'expect'],
])
/** How the body of an answer is divided is for the reader of it to know. */
const ANSWERS_OWN = 'transfer-encoding'

/** How long the server of a plain request may be silent. */
const IDLE_MS = 15 * 60_000

/**
 * Passes a plain request on, and its answer back. The host that its headers name is the one that was judged.
 * @param way a connection to the target, or the runner's proxy
 * @throws Error when there is no answer
 */
export async function forward(
  { target, path, message, response }: PlainRequest,
  way: Socket | UpstreamProxy,
  passage: Passage,
): Promise<void> {
  const host = authorityText(target).replace(/:80$/, '')
  const method = message.method ?? 'GET'
  const headers = { ...endToEnd(message.headers), host, connection: 'close' }
  const onward =
    'url' in way
      ? requestBy(way, {
          method,
          path: `http://${host}${path}`,
          headers: { ...headers, ...authorizationOf(way) },
        })
      : httpRequest({ method, path, headers, setHost: false, createConnection: () => way })
  const abandon = () => onward.destroy()
  response.once('close', abandon)
  onward.setTimeout(IDLE_MS, abandon)
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    onward.once('response', resolve)
    onward.on('error', reject)
    onward.once('close', () => reject(new Error('the connection was closed before an answer')))
  })
  message.on('data', (chunk: Buffer) => passage.sent(chunk.length))
  // An answer may come before the request is read to its end; how that ended is then of no interest.
  pipeline(message, onward).catch(() => undefined)
  const answered = await answer
  answered.on('data', (chunk: Buffer) => passage.received(chunk.length))
  const { [ANSWERS_OWN]: _division, ...answerHeaders } = endToEnd(answered.headers)
  response.writeHead(answered.statusCode ?? 502, answerHeaders)
  await pipeline(answered, response)
}

/** Headers without those of a hop, named by HTTP or by the message itself. */
function endToEnd(headers: IncomingMessage['headers']): Record<string, string | string[]> {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase())
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || HOP_BY_HOP.has(name) || (named.includes(name) && name !== 'host')
        ? []
        : [[name, value]],
    ),
  )
}

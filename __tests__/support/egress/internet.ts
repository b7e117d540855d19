import { createServer as createHttp, type RequestListener } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { createServer as createTls } from 'node:tls'
import { listening } from '../listening.ts'
import type { Certificate } from './certificate.ts'
import { fakeInternet } from './fake-internet-env.ts'
import { pskServer } from './psk.ts'

/** Addresses of the internet that no test reaches. */
const HERE = '93.184.216.34'
const PRIVATE = '10.11.12.13'

/** Hosts of the test's internet. */
export const HOSTS = {
  /** Port 80: echoes method and path; `/to/HOST` leads there. 443: TLS that echoes. 22: speaks first. */
  allowed: 'allowed.example.com',
  /** The same under a name that is in no list. */
  other: 'other.example.org',
  /** Public at the first look, private from the second on. */
  rebound: 'rebound.example.com',
  /** Private. */
  inside: 'inside.example.com',
  /** Takes connections and never answers. */
  silent: 'silent.example.com',
} as const

/** Echoes method and path; `/to/HOST` leads there. */
export const echo: RequestListener = async (asked, answer) => {
  const [, to] = /^\/to\/(.*)$/.exec(asked.url ?? '') ?? []
  if (to !== undefined) return void answer.writeHead(302, { location: `http://${to}/` }).end()
  answer.end(`web ${asked.method} ${asked.url} ${await text(asked)}`)
}

/** A site in place of the echo, over HTTP and, with this certificate, over HTTPS. */
export interface Site {
  readonly answer: RequestListener
  readonly certificate: Certificate
}

/** Servers that stand for the internet, and the environment in which the action takes them for it. */
export async function internet(site?: Site): Promise<{ readonly env: Readonly<Record<string, string>> }> {
  const web = await listening(createHttp(site?.answer ?? echo))
  const secure = await listening(
    site === undefined
      ? createTls(pskServer, (socket) => void socket.pipe(socket))
      : createHttps({ cert: site.certificate.cert, key: site.certificate.key }, site.answer),
  )
  const first = await listening(createServer((socket) => socket.end('speaks first\n')))
  const silent = await listening(createServer((socket) => socket.resume()))
  const here = [[HERE]]
  const names = {
    [HOSTS.allowed]: here,
    [HOSTS.other]: here,
    [HOSTS.rebound]: [[HERE], [PRIVATE]],
    [HOSTS.inside]: [[PRIVATE]],
    [HOSTS.silent]: [['93.184.216.35']],
  }
  const ports = {
    ...{ [`${HERE}:80`]: web, [`${HERE}:443`]: secure, [`${HERE}:22`]: first },
    // A client that connects to the private address all the same reaches something.
    ...{ [`${PRIVATE}:80`]: web, '93.184.216.35:80': silent },
  }
  return { env: fakeInternet({ names, ports }) }
}

import { type ClientRequest, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import { percentDecoded } from '../formats/percent.ts'
import { isInNetwork } from './addresses.ts'
import { authorityText, hostText, type Target } from './hosts.ts'

/** A proxy of the runner, by which all else is reached. */
export interface UpstreamProxy {
  readonly url: URL
}

/** Variables that name proxies, such as `HTTPS_PROXY`. */
type Variables = Readonly<Record<string, string>>

/** The proxy by which a target is reached; null: none. */
export function upstreamFor(variables: Variables, target: Target, isTunnel: boolean): UpstreamProxy | null {
  const names = isTunnel ? ['HTTPS_PROXY', 'ALL_PROXY'] : ['HTTP_PROXY', 'ALL_PROXY']
  const given = names.map((name) => variables[name] ?? variables[name.toLowerCase()]).find((one) => one)
  if (given === undefined || isDirect(variables.NO_PROXY ?? variables.no_proxy ?? '', target)) return null
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `http://${given}`
  const url = URL.canParse(text) ? new URL(text) : null
  return url !== null && /^https?:$/.test(url.protocol) ? { url } : null
}

/** Whether `NO_PROXY` has a target in it: a name, what is below a name, an address, a network, or `*`. */
function isDirect(noProxy: string, { host, port }: Target): boolean {
  const name = hostText(host)
  return noProxy.split(/[\s,]+/).some((entry) => {
    if (entry === '*') return true
    const [, pattern = '', wanted] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? []
    if (pattern === '' || (wanted !== undefined && Number(wanted) !== port)) return false
    if (host.kind === 'address') return pattern === name || isInNetwork(name, pattern)
    const bare = pattern.replace(/^\*?\./, '')
    return name === bare || name.endsWith(`.${bare}`)
  })
}

/** What a proxy is sent with each request, where it wants to know who asks. */
export function authorizationOf({ url }: UpstreamProxy): Record<string, string> {
  if (url.username === '' && url.password === '') return {}
  const login = `${percentDecoded(url.username)}:${percentDecoded(url.password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` }
}

/** Starts a request to a proxy of the runner. */
export function requestBy(
  { url }: UpstreamProxy,
  options: {
    readonly method: string
    readonly path: string
    readonly headers: Record<string, string | string[]>
  },
): ClientRequest {
  const start = url.protocol === 'https:' ? httpsRequest : httpRequest
  const { hostname, port } = url
  const host = hostname.replace(/^\[|\]$/g, '')
  return start({ ...options, host, port: port || undefined, agent: false })
}

/**
 * A tunnel through a proxy of the runner.
 * @throws Error when that is not reached, or says no
 */
export function tunnelBy(upstream: UpstreamProxy, target: Target, timeoutMs: number): Promise<Socket> {
  const path = authorityText(target)
  const headers = { host: path, ...authorizationOf(upstream) }
  return new Promise((resolve, reject) => {
    const request = requestBy(upstream, { method: 'CONNECT', path, headers })
    const timer = setTimeout(
      () => request.destroy(new Error('the proxy of the runner did not answer')),
      timeoutMs,
    )
    const fail = (error: Error) => {
      clearTimeout(timer)
      reject(error)
    }
    request.on('error', fail)
    request.on('response', ({ statusCode }) => fail(new Error(`the proxy of the runner said ${statusCode}`)))
    request.on('connect', ({ statusCode }, socket: Socket, head: Buffer) => {
      if (statusCode !== 200) {
        socket.destroy()
        return fail(new Error(`the proxy of the runner said ${statusCode}`))
      }
      clearTimeout(timer)
      if (head.length > 0) socket.unshift(head)
      resolve(socket)
    })
    request.end()
  })
}

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { remoteDigest } from '../../../src/engine/registry/registry.ts'
import type { RegistryAuth } from '../../../src/engine/registry/registry-auth.ts'
import { readChallenge } from '../../../src/engine/registry/registry-challenge.ts'
import { bodyOf, RegistryError, registryClient, sent } from '../../../src/engine/registry/registry-http.ts'
import { imagePlace } from '../../../src/engine/registry/registry-place.ts'
import { FUZZ_TIMEOUT_MS, fuzzed } from '../../support/fuzz.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`
const LOGIN: RegistryAuth = { username: 'ada', password: 'pa:ss' }
const BASIC = `Basic ${Buffer.from('ada:pa:ss').toString('base64')}`

/** A registry that answers as it is asked to; gives its host, and what it was asked. */
async function registry(answer: (asked: IncomingMessage, host: string) => Reply) {
  const requests: string[] = []
  let host = ''
  const listener: RequestListener = (asked, response) => {
    requests.push(`${asked.method} ${asked.url}`)
    const { status = 200, headers = {}, body = '' } = answer(asked, host)
    response.writeHead(status, headers)
    response.end(asked.method === 'HEAD' ? undefined : body)
  }
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { host, requests }
}
type Reply = { status?: number; headers?: Record<string, string>; body?: string }

const found: Reply = { headers: { 'Docker-Content-Digest': DIGEST } }
const reasonOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof RegistryError ? error.reason : String(error)),
  )

describe('IMX-3 the digest that a registry has for an image', () => {
  it('is asked for with one request that pulls nothing', async () => {
    const { host, requests } = await registry(({ headers }) =>
      headers.accept?.includes('image.index') ? found : { status: 404 },
    )
    expect(await remoteDigest(`${host}/acme/unit:3`, null)).toBe(DIGEST)
    expect(requests).toEqual(['HEAD /v2/acme/unit/manifests/3'])
  })

  it('is the hash of the manifest where the registry does not say it', async () => {
    const body = '{"schemaVersion":2}'
    const { host } = await registry(() => ({ body }))
    const hash = createHash('sha256').update(body).digest('hex')
    expect(await remoteDigest(`${host}/unit`, null)).toBe(`sha256:${hash}`)
  })

  it('is asked for with a password where the registry wants one', async () => {
    const { host } = await registry(({ headers }) =>
      headers.authorization === BASIC
        ? found
        : { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="x"' } },
    )
    expect(await remoteDigest(`${host}/unit:1`, LOGIN)).toBe(DIGEST)
    expect(await reasonOf(remoteDigest(`${host}/unit:1`, null))).toBe('denied')
  })

  it.each([
    ['a password', LOGIN, 'GET /token?service=s+1&scope=repository%3Aa%2Fb%3Apull'],
    ['nothing', null, 'GET /token?service=s+1&scope=repository%3Aa%2Fb%3Apull'],
    ['its own token', { identitytoken: 'refresh' }, 'POST /token'],
  ])('is asked for with a token that is had for %s', async (_what, auth, request) => {
    const { host, requests } = await registry((asked, host) => {
      if (asked.url?.startsWith('/token')) {
        const isLogin = asked.headers.authorization === (auth === LOGIN ? BASIC : undefined)
        return isLogin ? { body: '{"token":"once"}' } : { status: 401 }
      }
      if (asked.headers.authorization === 'Bearer once') return found
      const challenge = `Bearer realm="http://${host}/token",service="s 1",scope="repository:a/b:pull"`
      return { status: 401, headers: { 'WWW-Authenticate': challenge } }
    })
    expect(await remoteDigest(`${host}/a/b:1`, auth)).toBe(DIGEST)
    expect(requests[1]).toBe(request)
  })

  it('is not paid for with a password that would be sent in the open', async () => {
    const { host, requests } = await registry(() => ({
      status: 401,
      headers: { 'WWW-Authenticate': 'Bearer realm="ftp://127.0.0.1/token"' },
    }))
    expect(await reasonOf(remoteDigest(`${host}/a`, LOGIN))).toBe('refused')
    expect(requests).toHaveLength(1)
  })

  it.each([
    ['not-found', { status: 404 }, 1],
    ['denied', { status: 403 }, 1],
    ['refused', { status: 400 }, 1],
    ['busy', { status: 429, headers: { 'Retry-After': '0' } }, 3],
    ['busy', { status: 503, headers: { 'Retry-After': '0' } }, 3],
    ['busy', { status: 429, headers: { 'Retry-After': '3600' } }, 1],
  ] as const)('is %s for %j, after %i tries', async (reason, reply, tries) => {
    const { host, requests } = await registry(() => reply)
    expect(await reasonOf(remoteDigest(`${host}/a`, null))).toBe(reason)
    expect(requests).toHaveLength(tries)
  })

  it.each(['<html>', '[]', '{"token":1}'])('is refused where %s comes for a token', async (body) => {
    const { host } = await registry((asked, host) =>
      asked.url?.startsWith('/token')
        ? { body }
        : { status: 401, headers: { 'WWW-Authenticate': `Bearer realm="http://${host}/token"` } },
    )
    expect(await reasonOf(remoteDigest(`${host}/a`, null))).toBe('refused')
  })

  it('is given up where its answer has no end', async () => {
    const server = createServer((_, response) => {
      response.writeHead(200)
      const drip = setInterval(() => response.write('x'), 10)
      response.on('close', () => clearInterval(drip))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const answer = await sent(registryClient(), 'GET', url, {})
    expect(await reasonOf(bodyOf(url, answer, { milliseconds: 100 }))).toBe('unreachable')
    expect(answer.message.destroyed).toBe(true)
  })

  it('comes after a registry that was busy', async () => {
    let asked = 0
    const { host } = await registry(() =>
      ++asked === 1 ? { status: 429, headers: { 'Retry-After': '0' } } : found,
    )
    expect(await remoteDigest(`${host}/a`, null)).toBe(DIGEST)
  })
})

describe('where a registry has an image', () => {
  it.each([
    ['node', 'https://registry-1.docker.io', 'library/node', 'latest'],
    ['node:22-slim', 'https://registry-1.docker.io', 'library/node', '22-slim'],
    ['docker.io/acme/unit:3', 'https://registry-1.docker.io', 'acme/unit', '3'],
    ['ghcr.io/acme/unit:3', 'https://ghcr.io', 'acme/unit', '3'],
    ['reg.example:8443/a/b/c', 'https://reg.example:8443', 'a/b/c', 'latest'],
    ['localhost:5000/a:1', 'http://localhost:5000', 'a', '1'],
    ['127.0.0.1:5000/a@sha256:0', 'http://127.0.0.1:5000', 'a', 'sha256:0'],
  ])('%s', (image, origin, repository, tag) => {
    expect(imagePlace(image)).toEqual({ origin, repository, tag })
  })

  it.each([
    ...['ghcr.io/acme/../evil', 'ghcr.io/acme/./x', 'ghcr.io/acme//x', 'ghcr.io/..', 'ghcr.io/acme/..:1'],
    ...['ghcr.io/acme/x:..', 'ghcr.io/acme/x@..', 'ghcr.io/x?y', 'ghcr.io/X', 'ghcr.io/x/', 'a/b@c/d'],
    ...['ghcr.io@evil.example/x', 'a.example:1:2/x'],
  ])('%s is none of a registry', (image) => {
    expect(() => imagePlace(image)).toThrow(RegistryError)
  })
})

describe('a challenge', () => {
  it.each([
    ['Basic realm="a"', { scheme: 'basic', realm: '' }],
    [
      'bearer realm=https://a/t , service="x, y"',
      { scheme: 'bearer', realm: 'https://a/t', service: 'x, y' },
    ],
    ['Bearer service="x"', null],
    ['Negotiate', null],
    [undefined, null],
  ])('%s', (header, challenge) => {
    expect(readChallenge(header)).toEqual(challenge && { service: undefined, scope: undefined, ...challenge })
  })

  it('of any form is read or is none', { timeout: FUZZ_TIMEOUT_MS }, () => {
    const part = fc.constantFrom('Bearer ', 'realm=', '"', '\\', ',', 'https://x', '=', ' ', 'scope')
    const header = fc.oneof(
      fc.string(),
      fc.array(part).map((parts) => parts.join('')),
    )
    const property = fc.property(header, (text) => {
      const challenge = readChallenge(text)
      expect(challenge === null || /^(basic|bearer)$/.test(challenge.scheme)).toBe(true)
    })
    fc.assert(property, fuzzed(2000))
  })
})

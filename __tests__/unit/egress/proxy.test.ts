import { Agent, createServer as createHttp, type IncomingMessage, request } from 'node:http'
import { connect, createServer, type Socket } from 'node:net'
import { buffer, text } from 'node:stream/consumers'
import { connect as connectTls, createServer as createTls } from 'node:tls'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { connectTo } from '../../../src/egress/dial.ts'
import { authorityText } from '../../../src/egress/hosts.ts'
import type { ProxyPolicy } from '../../../src/egress/policy.ts'
import { type EgressProxy, type ProxyOptions, startProxy } from '../../../src/egress/proxy.ts'
import { rulesOf } from '../../../src/egress/rules.ts'
import { upstreamFor } from '../../../src/egress/upstream.ts'
import { pskClient, pskServer } from '../../support/egress/psk.ts'
import { listening } from '../../support/listening.ts'

const PUBLIC = '93.184.216.34'
/** Where tasks of these tests come from: not the proxy's own address. */
const TASK = '127.0.0.2'

const list = (...lines: string[]): ProxyPolicy => ({ mode: 'list', rules: rulesOf(lines) })

/** A proxy whose internet is a server of the test, whatever the address. */
async function proxyTo(
  port: number,
  policy: ProxyPolicy,
  more: Partial<ProxyOptions> = {},
): Promise<EgressProxy & { readonly dialled: string[] }> {
  const dialled: string[] = []
  const proxy = await startProxy({
    ...{ policy, network: '127.0.0.0/8', gateway: '127.0.0.1', own: () => new Set<string>() },
    resolve: async () => [PUBLIC],
    connect: (address, wanted) => {
      dialled.push(`${address}:${wanted}`)
      return connectTo('127.0.0.1', port)
    },
    upstream: () => null,
    ...more,
  })
  onTestFinished(() => proxy.stop())
  return Object.assign(proxy, { dialled })
}

/** Asks a proxy for a tunnel. */
async function tunnel({ port }: { port: number }, authority: string, from = TASK) {
  const asked = request({
    ...{ host: '127.0.0.1', port, method: 'CONNECT', path: authority, localAddress: from, agent: false },
  })
  asked.end()
  const [answer, socket, head]: [IncomingMessage, Socket, Buffer] = await new Promise((resolve, reject) => {
    asked.on('connect', (...all) => resolve(all))
    asked.on('error', reject)
  })
  socket.on('error', () => undefined)
  if (head.length > 0) socket.unshift(head)
  return { status: answer.statusCode, socket }
}

/** Asks a proxy for a page. */
async function get({ port }: { port: number }, url: string, headers: Record<string, string> = {}, body = '') {
  const method = body === '' ? 'GET' : 'POST'
  const asked = request({
    ...{ host: '127.0.0.1', port, path: url, method, localAddress: TASK, agent: new Agent(), headers },
  })
  asked.end(body)
  const [answer]: [IncomingMessage] = await new Promise((resolve, reject) => {
    asked.on('response', (one) => resolve([one]))
    asked.on('error', reject)
  })
  return { status: answer.statusCode, body: await text(answer), headers: answer.headers }
}

const echo = () => listening(createServer((socket) => void socket.pipe(socket)))

describe('plain requests (BES-2)', () => {
  const web = () =>
    listening(
      createHttp(async (asked, answer) => {
        const body = await text(asked)
        answer.writeHead(200, { 'x-host': asked.headers.host, 'x-seen': Object.keys(asked.headers).join() })
        answer.end(`${asked.method} ${asked.url} ${body}`)
      }),
    )

  it('pass to hosts of the list, with the host that was judged in their headers', async () => {
    const proxy = await proxyTo(await web(), list('a.example'))
    const answer = await get(proxy, 'http://A.example/x?y', {
      host: 'evil.example',
      'proxy-authorization': 'Basic eDp5',
      connection: 'x-mine',
      'x-mine': '1',
    })
    expect(answer).toMatchObject({ status: 200, body: 'GET /x?y ', headers: { 'x-host': 'a.example' } })
    expect(answer.headers['x-seen']).not.toMatch(/proxy-authorization|x-mine/)
    expect(proxy.dialled).toEqual([`${PUBLIC}:80`])
    expect((await get(proxy, 'http://a.example/', {}, 'sent')).body).toBe('POST / sent')
    expect((await get(proxy, 'http://a.example/', { 'transfer-encoding': 'chunked' }, 'sent')).body).toBe(
      'POST / sent',
    )
    expect(proxy.report().allowed).toEqual([
      { host: 'a.example', port: 80, count: 3, sentBytes: 8, receivedBytes: 31 },
    ])
  })

  it('are refused to all others, with the line that would allow them', async () => {
    const proxy = await proxyTo(await web(), list('a.example'))
    const answer = await get(proxy, 'http://b.example/')
    expect(answer).toMatchObject({ status: 403 })
    expect(answer.body).toContain('add the line b.example to egress')
    expect((await get(proxy, 'http://a.example:8080/')).body).toContain('a.example:8080')
    expect(await get(proxy, '/')).toMatchObject({ status: 400 })
    expect(await get(proxy, 'http://u@a.example/')).toMatchObject({ status: 400 })
    expect(proxy.dialled).toEqual([])
    expect(proxy.report().denied).toEqual([
      { host: 'b.example', port: 80, count: 1, reason: 'not listed', line: 'b.example' },
      { host: 'a.example', port: 8080, count: 1, reason: 'port not listed', line: 'a.example:8080' },
    ])
  })

  it('to a server that does not answer are an error, and no end of the proxy', async () => {
    const proxy = await proxyTo(
      await listening(createServer((socket) => socket.destroy())),
      list('a.example'),
    )
    expect(await get(proxy, 'http://a.example/')).toMatchObject({ status: 502 })
    expect(await get(proxy, 'http://a.example/')).toMatchObject({ status: 502 })
  })
})

describe('names and addresses', () => {
  it('are looked up once, and the address that was judged is the one that is connected to', async () => {
    const answers = [[PUBLIC], ['10.0.0.1'], ['169.254.169.254', '93.184.216.35'], ['::ffff:127.0.0.1']]
    const proxy = await proxyTo(await echo(), list('a.example:7'), {
      resolve: async () => answers.shift() ?? [],
    })
    const status = async () => {
      const { status, socket } = await tunnel(proxy, 'a.example:7')
      socket.destroy()
      return status
    }
    expect([await status(), await status(), await status(), await status()]).toEqual([200, 403, 200, 403])
    expect(proxy.dialled).toEqual([`${PUBLIC}:7`, '93.184.216.35:7'])
    expect(proxy.report().denied).toEqual([
      { host: 'a.example', port: 7, count: 2, reason: 'no public address', line: null },
    ])
  })

  it.each([
    '127.0.0.1:80',
    '0x7f.1:80',
    '2130706433:80',
    '0177.0.0.1:80',
    '169.254.169.254:80',
    '169.254.169.254.:80',
    '[::1]:80',
    '[::ffff:169.254.169.254]:80',
    '[64:ff9b::a9fe:a9fe]:80',
    '[fd00:ec2::254]:80',
  ])('an audit does not lead to %s either', async (authority) => {
    const proxy = await proxyTo(await echo(), { mode: 'audit' })
    expect((await tunnel(proxy, authority)).status).toBe(403)
    expect(proxy.dialled).toEqual([])
  })

  it.each(['user@a.example:443', 'a.example', 'http://a.example:443', '[fe80::1%25eth0]:80'])(
    'a tunnel to %s is none',
    async (authority) => {
      const proxy = await proxyTo(await echo(), { mode: 'audit' })
      expect((await tunnel(proxy, authority)).status).toBe(400)
    },
  )

  it('that are not found are an error', async () => {
    const resolve = () => Promise.reject(new Error('ENOTFOUND'))
    const proxy = await proxyTo(0, list('a.example'), { resolve })
    expect((await tunnel(proxy, 'a.example:443')).status).toBe(502)
  })
})

describe('tunnels', () => {
  const secure = () => listening(createTls(pskServer, (socket) => void socket.pipe(socket)))
  const speak = async (socket: Socket, servername: string) => {
    const tls = connectTls({ socket, servername, ...pskClient })
    tls.on('error', () => undefined)
    tls.end('hello')
    return text(tls).catch(() => 'broken')
  }

  it('carry TLS of the name that was asked for, and of no other', async () => {
    const proxy = await proxyTo(await secure(), list('a.example'))
    expect(await speak((await tunnel(proxy, 'a.example:443')).socket, 'a.example')).toBe('hello')
    expect(await speak((await tunnel(proxy, 'a.example:443')).socket, 'b.example')).not.toBe('hello')
    const plain = (await tunnel(proxy, 'a.example:80')).socket
    plain.end('GET / HTTP/1.1\r\nHost: b.example\r\n\r\n')
    expect((await buffer(plain)).length).toBe(0)
    expect(proxy.report().denied).toEqual([
      { host: 'a.example', port: 443, count: 1, reason: 'not its own TLS name', line: null },
      { host: 'a.example', port: 80, count: 1, reason: 'no TLS', line: null },
    ])
  })

  it('carry anything to a port that is named, also where the server speaks first', async () => {
    const port = await listening(createServer((socket) => socket.end('220 hello')))
    const { socket } = await tunnel(await proxyTo(port, list('a.example:25')), 'a.example:25')
    expect(await text(socket)).toBe('220 hello')
  })

  it('keep each direction open until it has ended', async () => {
    const port = await listening(
      createServer({ allowHalfOpen: true }, async (socket) => {
        socket.end(`got ${(await buffer(socket)).length}`)
      }),
    )
    const proxy = await proxyTo(port, { mode: 'audit' })
    const { socket } = await tunnel(proxy, 'a.example:9')
    socket.end(Buffer.alloc(3_000_000))
    expect(await text(socket)).toBe('got 3000000')
    expect(proxy.report().allowed).toMatchObject([{ sentBytes: 3_000_000, receivedBytes: 11 }])
  })

  it('are open a hundred at once, and hold no more than they are read', async () => {
    const port = await listening(
      createServer((socket) => {
        const chunk = Buffer.alloc(64 * 1024)
        const more = () => {
          while (socket.write(chunk));
        }
        socket.on('drain', more)
        more()
      }),
    )
    const proxy = await proxyTo(port, { mode: 'audit' })
    const open = await Promise.all(Array.from({ length: 100 }, () => tunnel(proxy, 'a.example:9')))
    // All of them begin to be filled, and none is read.
    const total = () => proxy.report().allowed[0]?.receivedBytes ?? 0
    await expect.poll(total, { timeout: 20_000 }).toBeGreaterThan(100 * 64 * 1024)
    await expect
      .poll(
        async () => {
          const then = total()
          await new Promise((resolve) => setTimeout(resolve, 200))
          return total() - then
        },
        { timeout: 20_000 },
      )
      .toBe(0)
    for (const { socket } of open) socket.destroy()
  })

  it('end where one side breaks', async () => {
    const port = await listening(
      createServer((socket) => socket.once('data', () => socket.resetAndDestroy())),
    )
    const { socket } = await tunnel(await proxyTo(port, { mode: 'audit' }), 'a.example:9')
    socket.write('x')
    await new Promise((resolve) => socket.once('close', resolve))
  })

  it('end with the proxy', async () => {
    const proxy = await proxyTo(await echo(), { mode: 'audit' })
    const { socket } = await tunnel(proxy, 'a.example:9')
    await proxy.stop()
    await new Promise((resolve) => (socket.destroyed ? resolve(null) : socket.once('close', resolve)))
    await expect(tunnel(proxy, 'a.example:9')).rejects.toThrow(/ECONNREFUSED|ECONNRESET|port/)
  })
})

describe('a proxy', () => {
  it('is its own network’s alone', async () => {
    const proxy = await proxyTo(await echo(), { mode: 'audit' }, { network: '127.0.0.0/30' })
    expect((await tunnel(proxy, 'a.example:9', '127.0.0.2')).status).toBe(200)
    await expect(tunnel(proxy, 'a.example:9', '127.0.0.9')).rejects.toThrow(/socket hang up|ECONNRESET/)
    await expect(tunnel(proxy, 'a.example:9', '127.0.0.1')).rejects.toThrow(/socket hang up|ECONNRESET/)
  })

  it('outlives what is no HTTP, and headers without end', async () => {
    const proxy = await proxyTo(await echo(), { mode: 'audit' })
    for (const bytes of ['\0\0\0', `GET / HTTP/1.1\r\nx: ${'x'.repeat(100_000)}`]) {
      const socket = connect({ host: '127.0.0.1', port: proxy.port, localAddress: TASK })
      socket.on('error', () => undefined)
      socket.write(bytes)
      socket.resume()
      await new Promise((resolve) => socket.once('close', resolve))
    }
    expect((await tunnel(proxy, 'a.example:9')).status).toBe(200)
  })

  it('hold no connection for a task that left while it was made', async () => {
    const port = await echo()
    const [dialling, left] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const remotes: Socket[] = []
    const proxy = await proxyTo(port, list('a.example'), {
      connect: async () => {
        dialling.resolve()
        await left.promise
        const remote = await connectTo('127.0.0.1', port)
        remotes.push(remote)
        return remote
      },
    })
    const socket = connect({ host: '127.0.0.1', port: proxy.port, localAddress: TASK })
    socket.write('CONNECT a.example:443 HTTP/1.1\r\n\r\n')
    await dialling.promise
    socket.resetAndDestroy()
    // What comes later is answered after the proxy has seen the reset.
    expect((await tunnel(proxy, 'b.example:9')).status).toBe(403)
    left.resolve()
    await vi.waitFor(() => expect(remotes.map(({ destroyed }) => destroyed)).toEqual([true]), 5_000)
  })

  it.each([
    ['p%40ss', 'p@ss'],
    ['50%off', '50%off'],
  ])(
    'goes by the runner’s own, with its password %s, and past it where that is to be',
    async (written, meant) => {
      const seen: string[] = []
      const upstream = createHttp((asked, answer) => {
        seen.push(`${asked.method} ${asked.url} ${asked.headers['proxy-authorization']}`)
        answer.end('by the runner’s')
      })
      upstream.on('connect', (asked: IncomingMessage, socket: Socket) => {
        seen.push(`${asked.method} ${asked.url} ${asked.headers['proxy-authorization']}`)
        if (asked.url?.startsWith('closed')) return void socket.end('HTTP/1.1 407 No\r\n\r\n')
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        socket.pipe(socket)
      })
      const url = `http://me:${written}@127.0.0.1:${await listening(upstream)}`
      const lookedUp: string[] = []
      const variables = { HTTP_PROXY: url, HTTPS_PROXY: url, NO_PROXY: '.direct.example,d.example:9' }
      const proxy = await proxyTo(
        await echo(),
        list('a.example:9', 'a.example', '*.direct.example:9', 'closed.example:9'),
        {
          upstream: (target, isTunnel) => upstreamFor(variables, target, isTunnel),
          resolve: async (name) => {
            lookedUp.push(name)
            return [PUBLIC]
          },
        },
      )
      const by = await tunnel(proxy, 'a.example:9')
      by.socket.end('hello')
      expect(await text(by.socket)).toBe('hello')
      expect((await get(proxy, 'http://a.example/x')).body).toBe('by the runner’s')
      expect((await tunnel(proxy, 'closed.example:9')).status).toBe(502)
      expect((await tunnel(proxy, 'b.example:9')).status).toBe(403)
      expect((await tunnel(proxy, 'x.direct.example:9')).status).toBe(200)
      const login = `Basic ${Buffer.from(`me:${meant}`).toString('base64')}`
      expect(seen).toEqual([
        `CONNECT a.example:9 ${login}`,
        `GET http://a.example/x ${login}`,
        `CONNECT closed.example:9 ${login}`,
      ])
      expect(proxy.dialled).toEqual([`${PUBLIC}:9`])
      // Where the others lead is for the runner's proxy to judge.
      expect(lookedUp).toEqual(['x.direct.example'])
    },
  )

  it('keeps a bounded number of rows', async () => {
    const proxy = await proxyTo(0, list('a.example'))
    for (let index = 0; index < 210; index++)
      expect(await get(proxy, `http://n${index}.example/`)).toMatchObject({ status: 403 })
    const { denied, furtherDenied } = proxy.report()
    expect([denied.length, furtherDenied]).toEqual([200, 10])
    expect(authorityText({ host: { kind: 'address', address: '::1' }, port: 1 })).toBe('[::1]:1')
  })
})

import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { Docker } from '../../../src/engine/docker.ts'
import { fakeEngine, json, silent } from '../../support/fake-engine.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const IMAGE = { Id: 'sha256:0a', Architecture: 'amd64', Os: 'linux', Size: 1 }

describe('the version of the API', () => {
  it.each([
    ['1.41', '/v1.41'],
    ['1.51', '/v1.51'],
    ['1.99', '/v1.51'],
    ['2.0', '/v1.51'],
    ['new', ''],
  ])('with an engine of %s is %s', async (version, prefix) => {
    const { docker, requests } = await fakeEngine(json(IMAGE), { version })
    await docker.images.find('x')
    expect(requests).toEqual([`GET ${prefix}/images/x/json`])
  })
})

describe('CTN-12 an engine that is too old', () => {
  it.each(['1.24', '1.40', '0.99'])(
    'of version %s is refused before it is asked for anything',
    async (version) => {
      const { docker, requests } = await fakeEngine(json(IMAGE), { version })
      await expect(docker.images.find('x')).rejects.toMatchObject({
        reason: 'no-common-version',
        message: `the engine speaks its API up to version ${version} only, and 1.41 (Docker 20.10) is needed`,
      })
      expect(requests).toEqual([])
    },
  )

  it('is not known by the versions that Podman names', async () => {
    const { docker, requests } = await fakeEngine(json(IMAGE), { version: '1.40', isPodman: true })
    await docker.images.find('x')
    expect(requests).toEqual(['GET /v1.40/images/x/json'])
  })
})

describe('CTN-6 an engine that was asked to make something', () => {
  const make: Record<string, (docker: Docker) => Promise<unknown>> = {
    'a container': ({ containers }) =>
      containers.create('x', { Image: 'i', HostConfig: { NetworkMode: 'none' } }),
    'a network': ({ networks }) => networks.create('x', {}),
    'a volume': ({ volumes }) => volumes.create({}, 'x'),
  }

  it.each(Object.entries(make))('and has not answered may make it later: %s', async (_, making) => {
    const { docker } = await fakeEngine(silent, { capSeconds: 0.1 })
    await expect(making(docker)).rejects.toMatchObject({ reason: 'timeout' })
    expect(docker.isTrusted).toBe(false)
  })

  it.each(Object.entries(make))('and has refused it will not: %s', async (_, making) => {
    const { docker } = await fakeEngine(json({ message: 'no' }, 500))
    await expect(making(docker)).rejects.toMatchObject({ reason: 'refused' })
    expect(docker.isTrusted).toBe(true)
  })

  it.each(Object.entries(make))('and has not greeted was not asked: %s', async (_, making) => {
    const late = await fakeEngine(silent, { capSeconds: 0.1, isMute: true })
    await expect(making(late.docker)).rejects.toMatchObject({ reason: 'timeout', isUnsent: true })
    const cancel = new AbortController()
    const { docker, server } = await fakeEngine(silent, { isMute: true, cancel: cancel.signal })
    server.once('request', () => cancel.abort())
    await expect(making(docker)).rejects.toMatchObject({ reason: 'aborted', isUnsent: true })
  })

  it.each(Object.entries(make))('and has greeted was asked: %s', async (_, making) => {
    const { docker } = await fakeEngine(silent, { capSeconds: 0.1 })
    await expect(making(docker)).rejects.toMatchObject({ reason: 'timeout', isUnsent: false })
  })

  it('is trusted where a question has no answer', async () => {
    const { docker } = await fakeEngine(silent, { capSeconds: 0.1 })
    await expect(docker.images.find('x')).rejects.toMatchObject({ reason: 'timeout' })
    expect(docker.isTrusted).toBe(true)
  })
})

describe('a request', () => {
  it('has its answer parsed, and is reported', async () => {
    const { docker, observed } = await fakeEngine(json(IMAGE))
    expect(await docker.images.find('a/b:1')).toMatchObject({ id: 'sha256:0a', user: '', labels: {} })
    expect(observed.map(({ words, failed }) => [words, failed])).toEqual([
      [['ping'], false],
      [['image', 'inspect', 'a/b:1'], false],
    ])
  })

  it('fails with the engine’s own words', async () => {
    const { docker, observed } = await fakeEngine(json({ message: 'no such luck' }, 500))
    await expect(docker.containers.start('x')).rejects.toMatchObject({
      ...{ reason: 'refused', message: 'no such luck', call: 'container start' },
    })
    expect(observed.at(-1)).toMatchObject({ failed: true })
  })

  it('that finds nothing is null or false', async () => {
    const { docker } = await fakeEngine(json({ message: 'no such thing' }, 404))
    expect(await docker.images.find('x')).toBeNull()
    expect(await docker.containers.find('x')).toBeNull()
    expect(await docker.containers.remove('x')).toBe(false)
    expect(await docker.volumes.remove('x')).toBe(false)
    expect(await docker.networks.remove('x')).toBe(false)
  })

  it('encodes names and labels', async () => {
    const { docker, requests } = await fakeEngine(json([]))
    await docker.containers.list({ label: { key: 'a', value: 'b&c' } })
    expect(requests).toEqual([
      `GET /v1.41/containers/json?all=true&filters=${encodeURIComponent('{"label":["a=b&c"]}')}`,
    ])
  })

  it('is bounded, by its caller, by the cap and by the machine’s owner', async () => {
    const late = { reason: 'timeout', message: 'container wait did not answer within 0.1 s' }
    const { docker } = await fakeEngine(silent)
    await expect(docker.containers.waitForEnd('x', { timeoutMs: 100 })).rejects.toMatchObject(late)
    const capped = await fakeEngine(silent, { capSeconds: 0.1 })
    await expect(capped.docker.containers.waitForEnd('x', {})).rejects.toMatchObject(late)
    vi.stubEnv('ACODE_ENGINE_TIMEOUT', '0.1')
    const owned = await fakeEngine(silent)
    await expect(owned.docker.containers.waitForEnd('x', {})).rejects.toMatchObject(late)
  })

  it('that lasts as long as the task is bounded by its caller alone', async () => {
    const { docker } = await fakeEngine(silent, { capSeconds: 0.05, cancel: AbortSignal.abort() })
    const bounds = { timeoutMs: 3_000, lasts: true }
    await expect(docker.containers.waitForEnd('x', bounds)).rejects.toMatchObject({ reason: 'timeout' })
  })

  it('is given up when its caller gives up, and a moment after a cancel', async () => {
    const given = { reason: 'aborted', message: 'container wait was given up' }
    const { docker } = await fakeEngine(silent)
    const signal = AbortSignal.timeout(50)
    await expect(docker.containers.waitForEnd('x', { signal })).rejects.toMatchObject(given)
    const cancelled = await fakeEngine(silent, { cancel: AbortSignal.abort() })
    await expect(cancelled.docker.containers.waitForEnd('x', {})).rejects.toMatchObject(given)
  })

  it('is given up also while the engine has not greeted, and does not take that from others', async () => {
    const { docker } = await fakeEngine(silent, { capSeconds: 5, isMute: true })
    let isOver = false
    const waiting = docker.containers.get('x').finally(() => {
      isOver = true
    })
    const given = { reason: 'aborted', message: 'container wait was given up' }
    const bounds = { signal: AbortSignal.timeout(50) }
    await expect(docker.containers.waitForEnd('x', bounds)).rejects.toMatchObject(given)
    const aborted = { signal: AbortSignal.abort() }
    await expect(docker.containers.waitForEnd('x', aborted)).rejects.toMatchObject(given)
    await expect(docker.containers.attach('x', AbortSignal.abort())).rejects.toMatchObject({
      reason: 'aborted',
    })
    expect(isOver).toBe(false)
    await expect(waiting).rejects.toMatchObject({ reason: 'timeout' })
  })

  it('has one bound, its engine’s greeting included', async () => {
    const { docker } = await fakeEngine(silent, { isMute: true })
    const late = { reason: 'timeout', message: 'container wait did not answer within 0.1 s' }
    await expect(docker.containers.waitForEnd('x', { timeoutMs: 100 })).rejects.toMatchObject(late)
  })

  it('whose answer ends in its middle is unreachable', async () => {
    const { docker } = await fakeEngine((_asked, answer) => {
      answer.writeHead(200, { 'Content-Length': '100' }).write('{"half"')
      setImmediate(() => answer.destroy())
    })
    await expect(docker.images.find('x')).rejects.toMatchObject({ reason: 'unreachable' })
  })

  it('whose answer is longer than any is refused', async () => {
    const { docker } = await fakeEngine((_asked, answer) => {
      const more = () => {
        while (answer.write(Buffer.alloc(1024 * 1024, ' ')));
        answer.once('drain', more)
      }
      more()
    })
    await expect(docker.images.find('x')).rejects.toMatchObject({ reason: 'refused' })
  })

  it('is asked again where the engine had closed the connection that was kept', async () => {
    let count = 0
    const { docker, requests } = await fakeEngine((asked, answer) => {
      if (++count === 2) asked.socket.destroy()
      else json(IMAGE)(asked, answer)
    })
    for (let times = 0; times < 2; times++) expect(await docker.images.find('x')).not.toBeNull()
    expect(requests).toHaveLength(3)
  })

  it('that changes something is not asked twice', async () => {
    let count = 0
    const { docker, requests } = await fakeEngine((asked, answer) => {
      if (++count === 2) asked.socket.destroy()
      else answer.writeHead(204).end()
    })
    await docker.containers.start('x')
    await expect(docker.containers.start('x')).rejects.toMatchObject({ reason: 'unreachable' })
    expect(requests).toHaveLength(2)
  })
})

describe('an engine that is not there', () => {
  it('is unreachable', async () => {
    vi.stubEnv('DOCKER_HOST', 'unix:///no/such/docker.sock')
    const docker = new Docker({ call: () => undefined, slow: () => undefined })
    expect(await docker.unreachableReason()).toMatchObject({
      reason: 'unreachable',
      message: expect.stringContaining('/no/such/docker.sock'),
    })
    await expect(docker.images.find('x')).rejects.toMatchObject({ reason: 'unreachable' })
    vi.unstubAllEnvs()
  })

  it.skipIf(process.getuid?.() === 0)(
    'is denied where its socket is not the user’s (root may do anything)',
    async () => {
      const { docker, socket } = await fakeEngine(silent)
      chmodSync(socket, 0)
      expect(await docker.unreachableReason()).toMatchObject({ reason: 'denied' })
    },
  )

  it('that comes back is asked for its version again', async () => {
    const { docker, server } = await fakeEngine(json(IMAGE))
    const answers = server.listeners('request')
    server.removeAllListeners('request').once('request', (_asked, answer) => answer.writeHead(500).end())
    await expect(docker.images.find('x')).rejects.toMatchObject({ reason: 'refused' })
    for (const one of answers)
      server.on('request', (asked, answer) => Reflect.apply(one, server, [asked, answer]))
    expect(await docker.images.find('x')).not.toBeNull()
  })
})

describe('archives', () => {
  const stat = (mode: number, linkTarget = '') =>
    Buffer.from(JSON.stringify({ name: 'x', size: 7, mode, mtime: '', linkTarget })).toString('base64')

  it.each([
    [0o100644, { type: 'file', bytes: 7 }],
    [2 ** 31 + 0o755, { type: 'folder', bytes: 7 }],
    [2 ** 26 + 2 ** 21 + 0o644, { type: 'other', bytes: 7 }],
    [2 ** 25 + 0o644, { type: 'other', bytes: 7 }],
  ])('stat of mode %i is %j', async (mode, facts) => {
    const { docker } = await fakeEngine((_asked, answer) => {
      answer.setHeader('X-Docker-Container-Path-Stat', stat(mode)).end()
    })
    expect(await docker.archives.stat('c', '/x')).toMatchObject(facts)
  })

  it('stat follows a link to where it leads', async () => {
    const { docker, requests } = await fakeEngine((asked, answer) => {
      const isLink = asked.url?.endsWith('x')
      const header = isLink ? stat(2 ** 27 + 0o777, '../lib/y') : stat(2 ** 31)
      answer.setHeader('X-Docker-Container-Path-Stat', header).end()
    })
    expect(await docker.archives.stat('c', '/usr/x')).toMatchObject({ type: 'folder' })
    expect(requests[1]).toContain('path=%2Flib%2Fy')
  })

  it('stat distinguishes a path that is not there from a container that is not', async () => {
    const { docker } = await fakeEngine((asked, answer) => {
      const isThere = !asked.url?.includes('gone')
      if (asked.method === 'HEAD' || !isThere) json({ message: 'no such container' }, 404)(asked, answer)
      else json(CONTAINER)(asked, answer)
    })
    expect(await docker.archives.stat('there', '/x')).toBeNull()
    await expect(docker.archives.stat('gone', '/x')).rejects.toMatchObject({ reason: 'not-found' })
  })

  it('get hands over as it comes', async () => {
    const { docker } = await fakeEngine((_asked, answer) => void answer.end(Buffer.alloc(3_000_000)))
    let bytes = 0
    const read = docker.archives.get('c', '/x', async (archive) => {
      bytes = (await buffer(archive)).length
    })
    expect(await read).toBe(true)
    expect(bytes).toBe(3_000_000)
  })

  it('get is false for what is not there, and fails where the container is not', async () => {
    const read = async (archive: AsyncIterable<unknown>) => {
      for await (const _ of archive);
    }
    const path = await fakeEngine(json({ message: 'Could not find the file /x in container c' }, 404))
    expect(await path.docker.archives.get('c', '/x', read)).toBe(false)
    const container = await fakeEngine(json({ message: 'No such container: c' }, 404))
    await expect(container.docker.archives.get('c', '/x', read)).rejects.toMatchObject({
      reason: 'not-found',
    })
  })

  it('get ends at once where its reader fails, with the reader’s reason', async () => {
    const { docker } = await fakeEngine((_asked, answer) => void answer.write('endless'))
    const read = docker.archives.get('c', '/x', async () => {
      throw new Error('disk full')
    })
    await expect(read).rejects.toThrow('disk full')
  })

  it('get says that the engine went away, not that the archive is short', async () => {
    const { docker } = await fakeEngine((_asked, answer) => {
      answer.write('half')
      setTimeout(() => answer.destroy(), 20)
    })
    const read = docker.archives.get('c', '/x', async (archive) => {
      await text(archive).catch(() => {
        throw new Error('the archive ends in its middle')
      })
    })
    await expect(read).rejects.toMatchObject({ reason: 'unreachable' })
  })

  const endless = async function* () {
    for (;;) yield Buffer.alloc(100_000)
  }

  it('put is bounded, and given up with its caller', async () => {
    const late = await fakeEngine(silent, { capSeconds: 0.2 })
    await expect(late.docker.archives.put('c', '/x', endless())).rejects.toMatchObject({ reason: 'timeout' })
    const { docker } = await fakeEngine(silent)
    const left = docker.archives.put('c', '/x', endless(), AbortSignal.timeout(50))
    await expect(left).rejects.toMatchObject({ reason: 'aborted' })
  })

  it('put fails with the engine’s own words, not with those of a broken pipe', async () => {
    const { docker } = await fakeEngine((asked, answer) => {
      answer
        .writeHead(500, { Connection: 'close' })
        .end('{"message": "no space left on device"}', () => setTimeout(() => asked.socket.destroy(), 20))
    })
    const sent = docker.archives.put('c', '/x', endless())
    await expect(sent).rejects.toMatchObject({ reason: 'disk-full', message: 'no space left on device' })
  })

  it('put fails with the reason why its archive cannot be read', async () => {
    const { docker } = await fakeEngine(silent)
    const broken = async function* () {
      yield Buffer.alloc(1)
      throw new Error('a file is gone')
    }
    await expect(docker.archives.put('c', '/x', broken())).rejects.toThrow('a file is gone')
  })
})

const CONTAINER = {
  ...{ Id: 'c', Name: '/c', Image: 'i', Config: { Labels: null } },
  State: {
    ...{ Status: 'created', ExitCode: 0, OOMKilled: false, Error: '' },
    ...{ StartedAt: '0001-01-01T00:00:00Z', FinishedAt: '0001-01-01T00:00:00Z' },
  },
}

describe('containers', () => {
  it('a container that never ran has no time of its start', async () => {
    const { docker } = await fakeEngine(json(CONTAINER))
    expect(await docker.containers.find('c')).toMatchObject({
      name: 'c',
      labels: {},
      state: { startedAt: null, finishedAt: null, health: null },
    })
  })

  it('attached output ends where the connection is lost', async () => {
    const { docker, server } = await fakeEngine(silent)
    server.on('upgrade', (_asked, socket) => {
      socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n')
      socket.write(Buffer.from([1, 0, 0, 0, 0, 0, 0, 3, 0x61, 0x62, 0x63, 2, 0, 0]))
      setTimeout(() => socket.destroy(), 20)
    })
    const { output } = await docker.containers.attach('c', new AbortController().signal)
    let read = ''
    for await (const chunk of output) read += chunk.toString()
    expect(read).toBe('abc')
  })
})

describe('attached output', () => {
  const frame = (payload: Buffer): Buffer => {
    const head = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0])
    head.writeUInt32BE(payload.length, 4)
    return Buffer.concat([head, payload])
  }
  const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * index) % 251))

  async function attachedTo(send: (socket: Duplex) => void): Promise<AsyncIterable<Buffer>> {
    const { docker, server } = await fakeEngine(silent)
    server.on('upgrade', (_asked, socket) => {
      // With what is the head of the output in the same write.
      const answer = 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n'
      socket.write(Buffer.concat([Buffer.from(answer), frame(bytes.subarray(0, 10))]))
      send(socket)
    })
    return (await docker.containers.attach('c', new AbortController().signal)).output
  }
  const sendAll = (socket: Duplex) => {
    for (let from = 10; from < bytes.length; from += 32_768)
      socket.write(frame(bytes.subarray(from, from + 32_768)))
    socket.end()
  }

  it('is whole, in memory that is used again, and read no faster than it is taken', async () => {
    let unsent = () => 0
    const output = await attachedTo((socket) => {
      unsent = () => socket.writableLength
      sendAll(socket)
    })
    const pieces: Buffer[] = []
    const memories = new Set<ArrayBufferLike>()
    let taken = 0
    for await (const piece of output) {
      const before = Buffer.from(piece)
      await nextTurn()
      await nextTurn()
      expect(piece.equals(before)).toBe(true)
      taken += piece.length
      expect(bytes.length - taken - unsent()).toBeLessThan(1_000_000)
      pieces.push(before)
      memories.add(piece.buffer)
    }
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true)
    // That of the pieces, and what came before the connection was read so.
    expect(memories.size).toBeLessThanOrEqual(3)
  })

  it('has what was read before its end was asked for, and then ends', async () => {
    let close = async (): Promise<void> => undefined
    const output = await attachedTo((socket) => {
      close = () => new Promise((resolve) => socket.end(frame(Buffer.from('last')), resolve))
    })
    let read = ''
    for await (const piece of output) {
      read += piece.toString('latin1')
      if (!read.endsWith('last')) await close()
    }
    expect(read.endsWith('last')).toBe(true)
  })
})

describe('facts', () => {
  it('are asked once', async () => {
    const answer = { SecurityOptions: ['name=rootless'], CgroupDriver: 'none', SystemTime: '' }
    const { docker, requests } = await fakeEngine(json(answer))
    const facts = {
      ...{ software: 'Docker', osType: 'linux', isRootless: true, isRemapped: false },
      ...{ hasControlGroups: false, takesVolumeOptions: true, aheadSeconds: 0 },
    }
    expect([await docker.facts(), await docker.facts()]).toEqual([facts, facts])
    expect(requests).toHaveLength(1)
  })

  it('are asked again after a failure', async () => {
    let isBroken = true
    const { docker } = await fakeEngine((asked, answer) =>
      isBroken ? answer.writeHead(500).end() : json({})(asked, answer),
    )
    await expect(docker.facts()).rejects.toMatchObject({ reason: 'refused' })
    isBroken = false
    expect(await docker.facts()).toMatchObject({ osType: 'linux' })
  })

  it('of its builder and of our own place are asked once too', async () => {
    const { docker, observed } = await fakeEngine(json({ message: 'no such container' }, 404))
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'docker'), '#!/bin/sh\necho Driver: docker-container\n', { mode: 0o755 })
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`)
    const env = { PATH: process.env.PATH }
    for (let times = 0; times < 2; times++) {
      expect(await docker.builder(env)).toMatchObject({ kind: 'buildkit', loads: true })
      expect(await docker.ownPlace()).toBe(await docker.ownPlace())
    }
    const asked = observed.map(({ words }) => words.slice(0, 3).join(' '))
    expect(asked.filter((call) => call === 'docker buildx inspect')).toHaveLength(1)
    expect(asked.filter((call) => call.startsWith('container')).length).toBeLessThan(2)
  })
})

describe('RUN-11 the end of a container', () => {
  it('is not known where an engine that is about to stop ends its answer without a word', async () => {
    const cut = await fakeEngine((_asked, answer) => void answer.end())
    await expect(cut.docker.containers.waitForEnd('id', {})).rejects.toMatchObject({ reason: 'unreachable' })
    const ended = await fakeEngine(json({ StatusCode: 137 }))
    await ended.docker.containers.waitForEnd('id', {})
    const gone = await fakeEngine(json({ message: 'no such container' }, 404))
    await gone.docker.containers.waitForEnd('id', {})
  })
})

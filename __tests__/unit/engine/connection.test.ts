import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { Docker } from '../../../src/engine/docker.ts'
import { Calls, type EngineCall } from '../../../src/engine/transport/call.ts'
import { Cli } from '../../../src/engine/transport/cli.ts'
import { endpointAt, findEndpoint } from '../../../src/engine/transport/connection.ts'
import { fakeEngine, json } from '../../support/fake-engine.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** A search path with a `docker` that is a script, and notes that it was called. */
function dockerScript(script: string): { PATH: string; folder: string } {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'docker'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return { PATH: `${folder}:${process.env.PATH}`, folder }
}

const cli = new Cli(new Calls({ call: () => undefined, slow: () => undefined }, 60, undefined))

describe('endpointAt', () => {
  it.each([
    ['unix:///x.sock', '/x.sock', 'socket'],
    ['unix://', '/var/run/docker.sock', 'socket'],
    ['npipe:////./pipe/docker_engine', null, 'socket'],
    ['tcp://localhost', null, 'loopback'],
    ['tcp://localhost:2375', null, 'loopback'],
    ['tcp://127.0.0.1:2375/api', null, 'loopback'],
    ['tcp://[::1]:2375', null, 'loopback'],
    ['tcp://localhost.example.com:2375', null, 'elsewhere'],
    ['tcp://127.0.0.1.example.com:2375', null, 'elsewhere'],
    ['tcp://10.0.0.3:2375', null, 'elsewhere'],
    ['ssh://me@127.0.0.1', null, 'elsewhere'],
    ['', null, 'elsewhere'],
  ])('of %j is on %j, which is %s', (host, socket, place) => {
    expect(endpointAt(host)).toEqual({ host, socket, place })
  })
})

describe('findEndpoint', () => {
  const config = (text: string) => {
    const folder = join(temporaryFolder(), '.docker')
    mkdirSync(folder)
    writeFileSync(join(folder, 'config.json'), text)
    return folder
  }
  const contexts = '[ "$DOCKER_CONTEXT" = mine ] && echo ssh://mine || echo unix:///of/other.sock'

  it.each<[what: string, env: () => NodeJS.ProcessEnv, host: string, socket: string | null]>([
    ['DOCKER_HOST', () => ({ DOCKER_HOST: 'unix:///a b/x.sock' }), 'unix:///a b/x.sock', '/a b/x.sock'],
    ['DOCKER_HOST over TCP', () => ({ DOCKER_HOST: 'tcp://h:1' }), 'tcp://h:1', null],
    [
      'DOCKER_HOST before a context',
      () => ({ DOCKER_HOST: 'unix:///x', DOCKER_CONTEXT: 'mine' }),
      'unix:///x',
      '/x',
    ],
    ['the default', () => ({}), 'unix:///var/run/docker.sock', '/var/run/docker.sock'],
    [
      'the default context',
      () => ({ DOCKER_CONTEXT: 'default' }),
      'unix:///var/run/docker.sock',
      '/var/run/docker.sock',
    ],
    ['the default with TLS', () => ({ DOCKER_TLS_VERIFY: '1' }), 'tcp://localhost:2376', null],
    ['a context by name', () => ({ DOCKER_CONTEXT: 'mine' }), 'ssh://mine', null],
    [
      'the current context',
      () => ({ DOCKER_CONFIG: config('{"currentContext": "other"}') }),
      'unix:///of/other.sock',
      '/of/other.sock',
    ],
    [
      'a configuration that cannot be read',
      () => ({ DOCKER_CONFIG: config('{') }),
      'unix:///var/run/docker.sock',
      '/var/run/docker.sock',
    ],
  ])('is %s', async (_what, env, host, socket) => {
    const { PATH } = dockerScript(contexts)
    expect(await findEndpoint(cli, { HOME: '/nowhere', PATH, ...env() })).toMatchObject({ host, socket })
  })

  it('asks the CLI for a context by name only', async () => {
    const { PATH } = dockerScript('echo asked; exit 1')
    expect(await findEndpoint(cli, { HOME: '/nowhere', PATH })).toMatchObject({
      socket: '/var/run/docker.sock',
    })
    expect(await findEndpoint(cli, { HOME: '/nowhere', PATH, DOCKER_CONTEXT: 'gone' })).toMatchObject({
      socket: null,
    })
  })
})

describe('a context that the CLI is asked for', () => {
  const hanging = (capSeconds: number) => {
    vi.stubEnv('DOCKER_HOST', '')
    vi.stubEnv('DOCKER_CONTEXT', 'mine')
    vi.stubEnv('PATH', dockerScript('exec sleep 60').PATH)
    const observed: EngineCall[] = []
    const observer = { call: (call: EngineCall) => void observed.push(call), slow: () => undefined }
    const docker = new Docker(observer, capSeconds)
    onTestFinished(async () => {
      vi.unstubAllEnvs()
      await docker.close()
    })
    return { docker, observed }
  }

  it('is bounded and reported as every call is', async () => {
    const { docker, observed } = hanging(0.3)
    expect(await docker.endpoint()).toEqual({ host: '', socket: null, place: 'elsewhere' })
    expect(observed).toMatchObject([{ words: expect.arrayContaining(['context', 'inspect']), failed: true }])
    expect(observed[0]?.milliseconds).toBeLessThan(2_000)
  })

  it('holds no call that is given up', async () => {
    const { docker } = hanging(5)
    const begun = performance.now()
    const given = docker.containers.waitForEnd('x', { signal: AbortSignal.timeout(20) })
    await expect(given).rejects.toMatchObject({ reason: 'aborted' })
    expect(performance.now() - begun).toBeLessThan(4_000)
  })
})

describe('a connection that the CLI makes', () => {
  const docker = (script: string) => {
    vi.stubEnv('DOCKER_HOST', 'tcp://elsewhere:1')
    vi.stubEnv('PATH', dockerScript(script).PATH)
    const made = new Docker({ call: () => undefined, slow: () => undefined })
    onTestFinished(async () => {
      vi.unstubAllEnvs()
      await made.close()
    })
    return made
  }
  const piped = (socket: string) =>
    `exec '${process.execPath}' -e "const s = require('net').connect('${socket}'); process.stdin.pipe(s).pipe(process.stdout)"`

  it('carries requests, several over one', async () => {
    const { socket, requests } = await fakeEngine(json({ Id: 'x', Architecture: 'a', Os: 'linux', Size: 1 }))
    const client = docker(piped(socket))
    for (const image of ['one', 'two']) expect(await client.images.find(image)).toMatchObject({ id: 'x' })
    expect(requests).toEqual(['GET /v1.41/images/one/json', 'GET /v1.41/images/two/json'])
  })

  it('that it cannot make is unreachable in the CLI’s words', async () => {
    const client = docker('echo "no route to elsewhere" >&2; exit 1')
    expect(await client.unreachableReason()).toMatchObject({
      reason: 'unreachable',
      message: 'no route to elsewhere',
    })
  })

  it('is missing where there is no CLI', async () => {
    const client = docker('')
    vi.stubEnv('PATH', '/nowhere')
    expect(await client.unreachableReason()).toMatchObject({
      reason: 'missing',
      message: 'the docker command is not on PATH',
    })
  })
})

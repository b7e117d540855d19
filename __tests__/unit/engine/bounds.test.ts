import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { Docker } from '../../../src/engine/docker.ts'
import { EngineError } from '../../../src/engine/errors.ts'
import { type FakeEngineOptions, fakeEngine, silent } from '../../support/fake-engine.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** How a call ends: the reason of its error, or what it gives. */
type Outcome = EngineError['reason'] | null

interface Call {
  readonly ask: (docker: Docker, signal: AbortSignal) => Promise<unknown>
  /** True when its caller can give it up. */
  readonly takesSignal?: true
  /** True when an engine that does not answer is no error: it gives null. */
  readonly isOptional?: true
}

const LABEL = { key: 'a', value: 'b' }
const EMPTY = { Image: 'i', HostConfig: { NetworkMode: 'none' } }
const LIVED = { startedAt: new Date(0), finishedAt: new Date(1) }
const ignored = async () => undefined

/** Every call of an engine by its name. A new method is added here, too. */
const CALLS: Readonly<Record<string, Call>> = {
  'archives.stat': { ask: ({ archives }) => archives.stat('c', '/x') },
  'archives.get': {
    ask: ({ archives }, signal) => archives.get('c', '/x', ignored, { signal }),
    takesSignal: true,
  },
  'archives.putFolder': {
    ask: ({ archives }, signal) => archives.putFolder('c', '/x', () => [], signal),
    takesSignal: true,
  },
  'archives.put': {
    ask: ({ archives }, signal) => archives.put('c', '/x', [Buffer.alloc(10)], signal),
    takesSignal: true,
  },
  'containers.list': { ask: ({ containers }) => containers.list({ label: LABEL }) },
  'containers.get': { ask: ({ containers }) => containers.get('c') },
  'containers.find': { ask: ({ containers }) => containers.find('c') },
  'containers.writtenBytes': { ask: ({ containers }) => containers.writtenBytes('c'), isOptional: true },
  'containers.usage': {
    ask: ({ containers }, signal) => containers.usage('c', signal),
    ...{ takesSignal: true, isOptional: true },
  },
  'containers.create': { ask: ({ containers }) => containers.create('c', EMPTY) },
  'containers.eventsOfEnd': { ask: ({ containers }) => containers.eventsOfEnd('c', LIVED) },
  'containers.start': {
    ask: ({ containers }, signal) => containers.start('c', { signal }),
    takesSignal: true,
  },
  'containers.attach': { ask: ({ containers }, signal) => containers.attach('c', signal), takesSignal: true },
  'containers.waitForEnd': {
    ask: ({ containers }, signal) => containers.waitForEnd('c', { signal }),
    takesSignal: true,
  },
  'containers.stop': { ask: ({ containers }, signal) => containers.stop('c', 0, signal), takesSignal: true },
  'containers.kill': { ask: ({ containers }) => containers.kill('c') },
  'containers.remove': { ask: ({ containers }) => containers.remove('c') },
  'execs.run': { ask: ({ execs }) => execs.run('c', ['true']) },
  'images.find': { ask: ({ images }) => images.find('i') },
  'images.list': { ask: ({ images }) => images.list(LABEL) },
  'images.tag': { ask: ({ images }) => images.tag('i', 'r', 't') },
  'images.remove': { ask: ({ images }) => images.remove('i') },
  'images.history': { ask: ({ images }) => images.history('i') },
  'images.untag': { ask: ({ images }) => images.untag('i') },
  'images.push': { ask: ({ images }, signal) => images.push('i', { auth: null, signal }), takesSignal: true },
  'images.pull': {
    ask: ({ images }, signal) =>
      images.pull('i', { platform: undefined, auth: null, signal, onMessage: () => undefined }),
    takesSignal: true,
  },
  'networks.list': { ask: ({ networks }) => networks.list(LABEL) },
  'networks.create': { ask: ({ networks }) => networks.create('n', {}) },
  'networks.inspect': { ask: ({ networks }) => networks.inspect('n') },
  'networks.connect': { ask: ({ networks }) => networks.connect('n', 'c') },
  'networks.remove': { ask: ({ networks }) => networks.remove('n') },
  'volumes.list': { ask: ({ volumes }) => volumes.list({ label: LABEL }) },
  'volumes.create': { ask: ({ volumes }) => volumes.create({}) },
  'volumes.sizes': { ask: ({ volumes }, signal) => volumes.sizes(signal), takesSignal: true },
  'volumes.remove': { ask: ({ volumes }) => volumes.remove('v') },
  'docker.facts': { ask: (docker) => docker.facts() },
  'docker.createByOptions': { ask: (docker) => docker.createByOptions([]) },
  'docker.build': { ask: (docker, signal) => docker.build([], { signal }), takesSignal: true },
  'docker.builder': { ask: (docker) => docker.builder({ PATH: process.env.PATH }) },
}

/** What asks nothing or asks by a call of these, and what is in another test. */
const OTHERS = [
  'archives.linksThrough',
  'docker.endpoint',
  'docker.ownPlace',
  'docker.unreachableReason',
  'docker.distrust',
  'docker.close',
]

const methodsOf = (name: string, object: object): string[] =>
  Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(object)))
    .filter(([key, { value }]) => key !== 'constructor' && typeof value === 'function')
    .map(([key]) => `${name}.${key}`)

/** An engine, and a CLI, that accept whatever they are asked and never answer. */
async function hangingEngine(options: FakeEngineOptions): Promise<Docker> {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'docker'), '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 })
  const { docker } = await fakeEngine(silent, options)
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`)
  return docker
}

async function outcomesOf(
  docker: Docker,
  signal: AbortSignal,
  calls: Readonly<Record<string, Call>> = CALLS,
): Promise<Record<string, unknown>> {
  const ends = Object.entries(calls).map(async ([name, { ask }]) => [
    name,
    await outcome(ask(docker, signal)),
  ])
  return Object.fromEntries(await Promise.all(ends))
}

const outcome = (call: Promise<unknown>): Promise<unknown> =>
  call.catch((error: unknown) => (error instanceof EngineError ? error.reason : error))

const expected = (reason: Outcome, calls: Readonly<Record<string, Call>> = CALLS) =>
  Object.fromEntries(
    Object.entries(calls).map(([name, { isOptional }]) => [name, isOptional ? null : reason]),
  )

const never = new AbortController().signal

describe('CTN-6 an engine that accepts every call and answers none', () => {
  it('has each of its calls in this test', async () => {
    const { docker } = await fakeEngine(silent)
    const parts = Object.entries(docker).flatMap(([name, part]) => methodsOf(name, part))
    expect(parts.length).toBeGreaterThan(30)
    expect([...Object.keys(CALLS), ...OTHERS].toSorted()).toEqual(
      [...parts, ...methodsOf('docker', docker)].toSorted(),
    )
  })

  it('is given up when the time of a call is up', async () => {
    const docker = await hangingEngine({ capSeconds: 0.5 })
    expect(await outcomesOf(docker, never)).toEqual(expected('timeout'))
  }, 15_000)

  it('is given up when the caller gives up', async () => {
    const docker = await hangingEngine({})
    const calls = Object.fromEntries(Object.entries(CALLS).filter(([, { takesSignal }]) => takesSignal))
    const begun = performance.now()
    const outcomes = await outcomesOf(docker, AbortSignal.timeout(500), calls)
    expect(outcomes).toEqual(expected('aborted', calls))
    expect(performance.now() - begun).toBeLessThan(3_000)
  })

  it('is given up a moment after the job was cancelled', async () => {
    const docker = await hangingEngine({ cancel: AbortSignal.timeout(200) })
    // The measurement of a task ends with it.
    const { 'containers.usage': _, ...calls } = CALLS
    expect(await outcomesOf(docker, never, calls)).toEqual(expected('aborted', calls))
  })

  it.each([
    ['says why in time', { capSeconds: 0.5 }, 'timeout'],
    ['says so when the job was cancelled', { cancel: AbortSignal.abort() }, 'aborted'],
  ] as const)('where it does not even greet, %s', async (_what, options, reason) => {
    const docker = await hangingEngine({ ...options, isMute: true })
    const asked = outcome(docker.containers.get('c'))
    expect(await docker.unreachableReason()).toMatchObject({ reason })
    expect(await asked).toBe(reason)
  })
})

describe('CTN-6 an engine that answers the first call of several', () => {
  it.each([
    ['start', 'POST', 2],
    ['inspect', 'GET', 3],
  ] as const)('and not the %s of a program that is run in a container', async (_what, method, count) => {
    const { docker, requests } = await fakeEngine(
      (asked, answer) => {
        if (asked.url?.endsWith('/exec')) answer.end('{"Id": "e"}')
        else if (method === 'GET' && asked.method === 'POST') answer.end()
      },
      { capSeconds: 0.3 },
    )
    expect(await outcome(docker.execs.run('c', ['true']))).toBe('timeout')
    expect(requests).toHaveLength(count)
  })
})

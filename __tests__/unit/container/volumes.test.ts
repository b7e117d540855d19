import { describe, expect, it } from 'vitest'
import {
  cachesOf,
  createCaches,
  type FoundVolume,
  judgeVolumes,
} from '../../../src/container/mounts/volumes.ts'
import { failureOf } from '../../support/failures.ts'
import { fakeEngine, json } from '../../support/fake-engine.ts'

const own = { server: 'https://github.com', name: 'octo/repo' }
const spec = { cacheVolumes: [{ name: 'nuget', target: '/nuget' }] }
const [cache] = cachesOf(spec, own)
if (cache === undefined) throw new Error('no cache')
const none: FoundVolume = { managed: '', cache: '', repository: '' }
const foundAs = (name: string, volume: Partial<FoundVolume>) => new Map([[name, { ...none, ...volume }]])

describe('cachesOf', () => {
  it.each([
    { server: 'https://github.com', name: 'octo/other' },
    { server: 'https://ghe.example', name: 'octo/repo' },
  ])('gives another repository another volume: %j', (other) => {
    expect(cachesOf(spec, other)[0]?.volume).not.toBe(cache.volume)
  })

  it('gives the same repository the same one, with the user’s name in it', () => {
    expect(cachesOf(spec, { ...own })[0]).toEqual(cache)
    expect(cache.volume).toMatch(/^acode-cache-[0-9a-f]{12}-nuget$/)
  })
})

describe('createCaches', () => {
  it('makes those that are not there, for Podman makes a container’s volumes without labels (RNR-5)', async () => {
    const { docker, requests } = await fakeEngine(json({ Name: cache.volume, Labels: null }))
    await createCaches(docker, [cache], own, foundAs(cache.volume, {}))
    expect(requests).toEqual([])
    await createCaches(docker, [cache], own, new Map())
    expect(requests).toEqual(['POST /v1.41/volumes/create'])
  })
})

describe('judgeVolumes', () => {
  it.each<[string, ReadonlyMap<string, FoundVolume>]>([
    ['a cache that is not there yet', new Map()],
    ['this repository’s cache', foundAs(cache.volume, { cache: 'nuget', repository: 'octo/repo' })],
    ['a volume of the user’s whose name holds the cache’s', foundAs('nuget', {})],
  ])('takes %s', (_what, found) => {
    expect(() => judgeVolumes([cache], [], own, found)).not.toThrow()
  })

  it.each<[string, Partial<FoundVolume>]>([
    ['without labels', {}],
    ['of another repository', { cache: 'nuget', repository: 'octo/other' }],
    ['of another name', { cache: 'npm', repository: 'octo/repo' }],
    ['of a task', { cache: 'nuget', repository: 'octo/repo', managed: 'true' }],
  ])('refuses a cache’s volume %s, and says what else there is (ACODE-CTN-011)', async (_what, volume) => {
    const failure = await failureOf(() => judgeVolumes([cache], [], own, foundAs(cache.volume, volume)))
    expect(failure.code).toBe('ACODE-CTN-011')
    expect(failure.message).toContain('engine-volumes')
    expect(failure.message).toContain(`docker volume rm ${cache.volume}`)
  })

  const asked = (name: string) => [{ name, target: '/x', readOnly: false }]
  it.each<[string, string, ReadonlyMap<string, FoundVolume>, string]>([
    ['is not there', 'models', new Map(), 'ACODE-CTN-006'],
    ['is part of a task', 'acode-x', foundAs('acode-x', { managed: 'true' }), 'ACODE-CTN-011'],
    ['is another’s cache', 'c', foundAs('c', { cache: 'c', repository: 'octo/other' }), 'ACODE-CTN-011'],
    ['has no name', 'a'.repeat(64), foundAs('a'.repeat(64), {}), 'ACODE-CTN-011'],
  ])('refuses an engine volume that %s', async (_what, name, found, code) => {
    expect((await failureOf(() => judgeVolumes([], asked(name), own, found))).code).toBe(code)
  })

  it('takes an engine volume that is there', () => {
    expect(() => judgeVolumes([], asked('models'), own, foundAs('models', {}))).not.toThrow()
  })
})

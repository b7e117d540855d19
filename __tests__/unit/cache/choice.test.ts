import { describe, expect, it } from 'vitest'
import { toEvict } from '../../../src/cache/evict.ts'
import { completeOf, type KeptVolume, rankKept } from '../../../src/cache/kept-volumes.ts'
import { UsageNotes } from '../../../src/cache/usage-notes.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const kept = (key: string, ref: string, created = 0): KeptVolume => ({
  ...{ name: `${key} ${ref} ${created}`, mountpoint: '/v', key, ref, created },
})
const MAIN = 'refs/heads/main'
const PULL = 'refs/pull/7/merge'
const entry = { key: 'npm-2', restoreKeys: ['npm-'] }
const ranked = (volumes: KeptVolume[]) => rankKept(volumes, entry, [PULL, MAIN]).map(({ name }) => name)

describe('the kept cache that a task uses (BES-3)', () => {
  it('is of its own key, else the newest that begins alike, its own ref’s before those of others', () => {
    const volumes = [
      kept('npm-1', MAIN, 9),
      kept('npm-1', MAIN, 5),
      kept('npm-0', PULL, 1),
      kept('npm-2', MAIN),
    ]
    expect(ranked(volumes)).toEqual([
      'npm-2 refs/heads/main 0',
      'npm-0 refs/pull/7/merge 1',
      'npm-1 refs/heads/main 9',
      'npm-1 refs/heads/main 5',
    ])
  })

  it('is of no ref that its run may not read, and of no other key', () => {
    expect(
      ranked([kept('npm-2', 'refs/pull/8/merge'), kept('npm-2', 'refs/heads/topic'), kept('pip-2', MAIN)]),
    ).toEqual([])
  })
})

describe('the end of a kept cache (BES-3)', () => {
  it('is whole, or the cache counts as one that was never filled', () => {
    const whole = '{"files":1,"bytes":26}'
    expect(completeOf(whole)).toEqual({ files: 1, bytes: 26 })
    for (let length = 0; length < whole.length; length++)
      expect(completeOf(whole.slice(0, length)), String(length)).toBeNull()
    for (const other of ['1', 'null', '{"files":-1,"bytes":0}', `${whole}${whole}`])
      expect(completeOf(other), other).toBeNull()
  })
})

const volume = (name: string, bytes: number | null, lastUse: number) => ({ name, bytes, lastUse })
const NOW = 100_000

describe('the caches that go (BES-3)', () => {
  const namesOf = (most: number, ...volumes: ReturnType<typeof volume>[]) =>
    toEvict(volumes, most, NOW).map(({ name }) => name)

  it('are the least recently used, and no more than have to', () => {
    const all = [volume('new', 5, 300), volume('old', 5, 100), volume('middle', 5, 200)]
    expect(namesOf(15, ...all)).toEqual([])
    expect(namesOf(14, ...all)).toEqual(['old'])
    expect(namesOf(5, ...all)).toEqual(['old', 'middle'])
  })

  it('are none that a task has just chosen, and none of unknown size', () => {
    expect(
      namesOf(0, volume('chosen', 5, NOW - 60), volume('unknown', null, 1), volume('old', 5, 2)),
    ).toEqual(['old'])
  })
})

describe('UsageNotes', () => {
  it('say when a volume was last used, outlive a job, and go with their volume', async () => {
    const root = temporaryFolder()
    const notes = () => new UsageNotes({ keeping: [root], workspace: `${root}/repo/repo` })
    await notes().touch(['one', 'two', '../three'], new Date(1_000_000))
    expect(await notes().lastUse('one')).toBe(1000)
    await notes().touch(['one'], new Date(2_000_000))
    expect(await notes().lastUse('one')).toBe(2000)
    expect(await notes().lastUse('../three')).toBeNull()
    await notes().forgetAllBut(new Set(['one']))
    expect(await notes().lastUse('two')).toBeNull()
    expect(await notes().lastUse('one')).toBe(2000)
  })
})

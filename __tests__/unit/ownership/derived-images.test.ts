import { expect, it } from 'vitest'
import { removeOldImages, removeUnfinished, surveyImages } from '../../../src/ownership/derived-images.ts'
import { witnessNow } from '../../../src/ownership/managed.ts'
import { fakeEngine, json } from '../../support/fake-engine.ts'

const NOW = Date.now() / 1000
const days = (count: number) => Math.floor(NOW - count * 86_400)
const keyOf = (number: number) => String(number).padStart(32, '0')

interface Kept {
  readonly number: number
  readonly created: number
  readonly used?: number
  readonly state?: 'building' | 'finished'
  readonly owner?: object
  readonly isInUse?: boolean
}

/** An engine with images of ours; what it is asked to remove. */
async function engineWith(images: readonly Kept[]) {
  const removed: string[] = []
  const listed = images.map(({ number, created, state = 'finished', owner = {} }) => ({
    Id: `sha256:${number}`,
    RepoTags: [`acode-setup:${keyOf(number)}${state === 'building' ? '-new' : ''}`],
    Created: created,
    Size: 1,
    Labels: {
      'acode.image': 'setup',
      'acode.image.key': keyOf(number),
      'acode.image.state': state,
      'acode.image.owner': JSON.stringify(owner),
    },
  }))
  const { docker } = await fakeEngine((asked, answer) => {
    const path = decodeURIComponent(asked.url ?? '')
    if (asked.method === 'DELETE') {
      const name = path.replace(/^.*\/images\//, '')
      const isInUse = images.some((one) => one.isInUse && name.includes(keyOf(one.number)))
      if (!isInUse) removed.push(name)
      return json(isInUse ? { message: 'is using it' } : [], isInUse ? 409 : 200)(asked, answer)
    }
    if (path.includes('/images/json')) return json(listed)(asked, answer)
    const number = Number(/sha256:(\d+)/.exec(path)?.[1])
    const used = images.find((one) => one.number === number)?.used
    const Metadata = {
      LastTagTime: used === undefined ? '0001-01-01T00:00:00Z' : new Date(used * 1000).toISOString(),
    }
    return json({ Id: `sha256:${number}`, Architecture: 'amd64', Os: 'linux', Size: 1, Metadata })(
      asked,
      answer,
    )
  })
  return { docker, removed }
}

it('CTN-11 IMX-1 images go when they were not used for long, or are not whole and their builder is dead', async () => {
  const { self } = witnessNow()
  const { docker, removed } = await engineWith([
    { number: 1, created: days(30), used: days(1) },
    { number: 2, created: days(30), used: days(15) },
    { number: 3, created: days(30) },
    { number: 4, created: days(1) },
    { number: 5, created: days(0), state: 'building', owner: self },
    { number: 6, created: days(0), state: 'building', owner: { ...self, start: '1' } },
    { number: 7, created: days(1), state: 'building', owner: { ...self, host: 'else' } },
    { number: 8, created: days(0), state: 'building', owner: { ...self, host: 'else' } },
    { number: 9, created: days(20), used: days(20), isInUse: true },
  ])
  const all = await surveyImages(docker)
  expect(await removeOldImages(docker, all)).toMatchObject({ failed: [] })
  expect(removed.map((name) => Number(/0*(\d+)(-new)?$/.exec(name)?.[1])).sort()).toEqual([2, 3, 6, 7])
  expect(all.find(({ name }) => name.endsWith('1'))?.reason).toBe('it was last used 1 days ago')
})

it('IMX-1 a builder removes what it has not finished of one image, or all', async () => {
  const { self } = witnessNow()
  const unfinished = { created: days(0), state: 'building', owner: self } as const
  const { docker, removed } = await engineWith([
    { number: 1, ...unfinished },
    { number: 2, ...unfinished },
    { number: 3, ...unfinished, owner: { ...self, pid: self.pid + 1 } },
  ])
  await removeUnfinished(docker, self, keyOf(2))
  expect(removed).toEqual([`acode-setup:${keyOf(2)}-new`])
  await removeUnfinished(docker, self)
  expect(removed.slice(1).sort()).toEqual([1, 2].map((number) => `acode-setup:${keyOf(number)}-new`))
})

it('CTN-11 IMX-1 of many images the last used ones stay', async () => {
  const images = Array.from({ length: 23 }, (_, number) => ({
    number,
    created: days(10),
    used: days(10) + number,
  }))
  const { docker, removed } = await engineWith(images)
  await removeOldImages(docker, await surveyImages(docker))
  expect(removed.sort()).toEqual([0, 1, 2].map((number) => `acode-setup:${keyOf(number)}`))
})

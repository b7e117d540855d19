import { describe, expect, it } from 'vitest'
import {
  hasEngineFiles,
  isOurs,
  ownId,
  parseMounts,
  translationBy,
} from '../../../src/engine/own-container.ts'

const [OWN, OTHER] = ['0a'.repeat(32), '0b'.repeat(32)]
const file = (name: string, id: string, folder = '/var/lib/docker/containers', at = `/etc/${name}`) =>
  `500 400 8:1 ${folder}/${id}/${name} ${at} rw,relatime - ext4 /dev/sda1 rw`
const ENGINE_FILES = ['resolv.conf', 'hostname', 'hosts'].map((name) => file(name, OWN))

describe('hasEngineFiles (RNR-5)', () => {
  const has = (line: string) => hasEngineFiles(parseMounts(line))

  it('is true where an engine has mounted a file of names', () => {
    expect(has('1 2 8:1 /var/lib/docker/containers/ab/hosts /etc/hosts rw - ext4 /dev/sda1 rw')).toBe(true)
  })

  it('is false in a virtual machine, whatever its disk was made of', () => {
    expect(has('1 2 8:1 / / rw - ext4 /dev/sda1 rw')).toBe(false)
  })
})

describe('ownId (RNR-5)', () => {
  const idOf = (...lines: string[]) => ownId(parseMounts(lines.join('\n')))

  it('is in the files that the engine mounts into a container', () => {
    expect(idOf('1 0 0:1 / / rw - overlay overlay rw', ...ENGINE_FILES)).toBe(OWN)
    expect(idOf(file('hostname', OWN, '/docker/containers'))).toBe(OWN)
    expect(idOf(file('hostname', OWN, '/containers/storage/overlay-containers'))).toBe(OWN)
  })

  it('is not in another container’s files that are mounted elsewhere', () => {
    const host = [
      file('hostname', OTHER, '/var/lib/docker/containers', '/host/var/lib/docker/containers/x'),
      `501 400 8:1 /var/lib/docker/containers/${OTHER}/mounts/shm /host/shm rw - tmpfs shm rw`,
    ]
    expect(idOf(...host, ...ENGINE_FILES)).toBe(OWN)
    expect(idOf(...host)).toBeNull()
  })

  it('is not known where they do not agree, or there are none', () => {
    expect(idOf(file('hostname', OWN), file('hosts', OTHER))).toBeNull()
    expect(idOf()).toBeNull()
    expect(idOf('nonsense', '1 2 3')).toBeNull()
  })
})

describe('isOurs (RNR-5)', () => {
  const bind = (source: string, target: string, type = 'bind') => ({ type, source, target })
  const container = (mounts: ReturnType<typeof bind>[], upperFolder: string | null = null) => ({
    mounts,
    upperFolder,
  })
  const mounted = (...lines: string[]) => parseMounts(lines.join('\n'))
  const work = '1 0 8:1 /runner/_work /__w rw - ext4 /dev/sda1 rw'
  const layer = (upper: string) =>
    `1 0 0:9 / / rw - overlay overlay rw,lowerdir=/l,upperdir=${upper},workdir=/w`

  it('what has mounted what we have', () => {
    expect(isOurs(container([bind('/runner/_work', '/__w')]), mounted(work))).toBe(true)
    const separate = '1 0 8:2 /_work /__w rw - ext4 /dev/sdb1 rw'
    expect(
      isOurs(container([bind('/runner/_work', '/__w'), bind('', '/tmp', 'tmpfs')]), mounted(separate)),
    ).toBe(true)
    const odd = String.raw`1 0 8:1 /a\040b /__w rw - ext4 /dev/sda1 rw`
    expect(isOurs(container([bind('/a b', '/__w')]), mounted(odd))).toBe(true)
  })

  it('what has other folders at our places, or folders that we do not have, is another one', () => {
    expect(isOurs(container([bind('/other/_work', '/__w')]), mounted(work.replace('/runner', '/mine')))).toBe(
      false,
    )
    expect(isOurs(container([bind('/runner/_work', '/__w'), bind('/data', '/data')]), mounted(work))).toBe(
      false,
    )
  })

  it('what has nothing mounted may be any container', () => {
    expect(isOurs(container([]), mounted(work))).toBe(false)
  })

  it('what has our layer, whatever is mounted', () => {
    expect(isOurs(container([], '/d/overlay2/1/diff'), mounted(layer('/d/overlay2/1/diff')))).toBe(true)
    expect(
      isOurs(
        container([bind('/runner/_work', '/__w')], '/d/overlay2/2/diff'),
        mounted(layer('/d/overlay2/1/diff'), work),
      ),
    ).toBe(false)
  })
})

describe('translationBy (RNR-5)', () => {
  const line = (target: string, type = 'ext4') => `1 0 8:1 / ${target} rw - ${type} ${type} rw`
  const bind = (source: string, target: string, type = 'bind') => ({ type, source, target })
  const JOB = [
    bind('/r/_work', '/__w'),
    bind('/r/_work/_temp', '/__w/_temp'),
    bind('/r/home', '/github/home'),
  ]
  const at = (mounts: ReturnType<typeof bind>[], ...more: string[]) =>
    translationBy(
      mounts,
      parseMounts([line('/'), ...mounts.map((one) => line(one.target)), ...more].join('\n')),
    )

  it.each([
    ['/__w', '/r/_work'],
    ['/__w/repo/repo', '/r/_work/repo/repo'],
    ['/__w/_temp/x', '/r/_work/_temp/x'],
    ['/github/home', '/r/home'],
    ['/__wide', null],
    ['/etc', null],
    ['/', null],
  ])('a job’s container: %s is %s', (path, there) => {
    expect(at(JOB)(path)).toBe(there)
  })

  it('of all of a machine’s files, but for what has its own name', () => {
    const translate = at([bind('/', '/host'), bind('/data/volumes/w/_data', '/w', 'volume')])
    expect(translate('/host/home/a')).toBe('/home/a')
    expect(translate('/w/repo')).toBe('/data/volumes/w/_data/repo')
  })

  it.each([
    ['a tmpfs of the engine’s', [bind('/r/_work', '/__w'), bind('', '/__w/_temp', 'tmpfs')], []],
    ['a mount of the container’s own', [bind('/r/_work', '/__w')], [line('/__w/_temp', 'tmpfs')]],
    ['a folder of elsewhere', [bind('/r/_work', '/__w'), bind('/other', '/__w/_temp')], []],
  ])('%s within a folder: the engine has neither it nor that folder as it is here', (_, mounts, more) => {
    const translate = at(mounts, ...more)
    expect(translate('/__w/repo')).toBe('/r/_work/repo')
    expect(translate('/__w')).toBeNull()
    expect(translate('/__w/_temp/x')).toBe(mounts[1]?.source === '/other' ? '/other/x' : null)
  })
})

import { describe, expect, it } from 'vitest'
import { isOurs, ownId, parseMounts } from '../../../src/engine/own-container.ts'

const [OWN, OTHER] = ['0a'.repeat(32), '0b'.repeat(32)]
const file = (name: string, id: string, folder = '/var/lib/docker/containers', at = `/etc/${name}`) =>
  `500 400 8:1 ${folder}/${id}/${name} ${at} rw,relatime - ext4 /dev/sda1 rw`
const ENGINE_FILES = ['resolv.conf', 'hostname', 'hosts'].map((name) => file(name, OWN))

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

  it('what has nothing mounted may be anybody', () => {
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

import { describe, expect, it } from 'vitest'
import { findUser, refuseRoot, userOf } from '../../../src/container/user.ts'
import { failureOf } from '../../support/failures.ts'

const RUNNER = { uid: 1001, gid: 127 }
const ROOT = { uid: 0, gid: 0 }

describe('userOf (IMG-3)', () => {
  it.each([
    ['runner', '', { option: '1001:127', uid: 1001, gid: 127 }],
    ['runner', 'node', { option: '1001:127', uid: 1001, gid: 127 }],
    ['image', '1000', { option: null, uid: 1000, gid: null }],
    ['image', '1000:1000', { option: null, uid: 1000, gid: 1000 }],
    ['image', 'node', { option: null, uid: null, gid: null }],
    ['image', 'node:node', { option: null, uid: null, gid: null }],
    ['1234', 'node', { option: '1234', uid: 1234, gid: null }],
    ['1234:5', 'node', { option: '1234:5', uid: 1234, gid: 5 }],
  ])('%s with the image’s user %j is %j', (user, imageUser, expected) => {
    expect(userOf({ user, profile: 'strict' }, imageUser, RUNNER)).toEqual(expected)
  })

  const roots: [string, string][] = [
    ['image', ''],
    ['image', 'root'],
    ['image', 'root:users'],
    ['image', ':users'],
    ['image', '0'],
    ['image', '0:1000'],
    ['image', '00'],
    ['0', 'node'],
    ['0:1000', 'node'],
    ['00', 'node'],
  ]
  it.each(roots)('%s with the image’s user %j is root, which strict refuses', async (user, imageUser) => {
    const failure = await failureOf(() => userOf({ user, profile: 'strict' }, imageUser, RUNNER))
    expect(failure.code).toBe('ACODE-CTN-011')
    expect(failure.message).toContain('profile: standard')
  })

  it.each(roots)(
    '%s with %j may be root in profile standard, and on a runner that is root',
    (user, imageUser) => {
      expect(() => userOf({ user, profile: 'standard' }, imageUser, RUNNER)).not.toThrow()
      expect(() => userOf({ user, profile: 'strict' }, imageUser, ROOT)).not.toThrow()
    },
  )

  it('is the runner’s own root on a runner that is root', () => {
    expect(userOf({ user: 'runner', profile: 'strict' }, '', ROOT)).toEqual({ option: '0:0', uid: 0, gid: 0 })
  })

  it('refuses root by another name once the image’s users are read', async () => {
    const found = { option: null, ...(findUser('toor:x:0:0::/:/bin/sh', 'toor') ?? { uid: null, gid: null }) }
    const failure = await failureOf(() => refuseRoot({ user: 'image', profile: 'strict' }, found, RUNNER))
    expect(failure.code).toBe('ACODE-CTN-011')
  })
})

describe('findUser', () => {
  const PASSWD =
    'root:x:0:0:root:/root:/bin/ash\nbroken\nnode:x:1000:1001:Linux User,,,:/home/node:/bin/sh\nnoid:x::\n\n'
  it.each([
    ['root', { uid: 0, gid: 0 }],
    ['node', { uid: 1000, gid: 1001 }],
    ['node:other', { uid: 1000, gid: 1001 }],
    ['nod', null],
    ['noid', null],
    ['broken', null],
    ['', null],
  ])('%j is %j', (name, user) => {
    expect(findUser(PASSWD, name)).toEqual(user)
  })
})

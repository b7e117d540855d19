import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { needsLook, parseUser, resolveUser, wantedUser } from '../../../src/container/user/user.ts'
import { failureOf } from '../../support/failures.ts'
import { FUZZ_TIMEOUT_MS, fuzzed } from '../../support/fuzz.ts'

const RUNNER = { uid: 1001, gid: 127 }
const ROOT = { uid: 0, gid: 0 }
const STRICT = { user: 'image', profile: 'strict' } as const
const STANDARD = { user: 'image', profile: 'standard' } as const
const FILES = {
  passwd: [
    'root:x:0:0:root:/root:/bin/ash',
    'broken',
    'toor:x:0:1000::/:/bin/sh',
    'node:x:1000:1001:Linux User,,,:/home/node:/bin/sh',
    '1234:x:0:0:a name in digits:/:/bin/sh',
    'noid:x::',
    'hex:x:0x0:1000::/:/bin/sh',
    'signed:x:+0:1000::/:/bin/sh',
    'huge:x:4294967296:1000::/:/bin/sh',
    'wheel:x:1002:0::/:/bin/sh',
    'helper:x:1003:1003::/:/bin/sh',
    '+0:x:1004:1004::/:/bin/sh',
  ].join('\n'),
  group: [
    'root:x:0:helper',
    'video:x:44:root,node',
    'render:x:107:node\r',
    'node:x:1001:node',
    'odd:x:zero:node',
    '',
  ].join('\n'),
}

describe('wantedUser and resolveUser (IMG-3)', () => {
  /** What the engine is given. */
  const optionOf = (
    imageUser: string,
    spec: { user: string; profile: 'strict' | 'standard' } = STRICT,
    runner = RUNNER,
  ) => resolveUser(wantedUser(spec, imageUser, runner), FILES, spec, runner).option

  it.each([
    ['runner', '', '1001:127'],
    ['runner', 'node', '1001:127'],
    ['image', '1000', '1000:1001'],
    ['image', '01000', '1000:1001'],
    ['image', '1000:1000', '1000:1000'],
    ['image', '4000', '4000:4000'],
    ['image', 'node', '1000:1001'],
    ['image', 'node:video', '1000:44'],
    ['image', 'node:5', '1000:5'],
    ['image', '1234', '1234:1234'],
    ['1234', 'node', '1234:1234'],
    ['1234:5', 'node', '1234:5'],
  ])('%s with the image’s user %j is %s', (user, imageUser, option) => {
    expect(optionOf(imageUser, { user, profile: 'strict' })).toBe(option)
  })

  it('has the groups that list it, as an engine gives them, but where a group is named', () => {
    const groupsOf = (user: string) => resolveUser(parseUser(user), FILES, STRICT, RUNNER).groups
    expect(groupsOf('node')).toEqual([44, 107])
    expect(groupsOf('1000')).toEqual([44, 107])
    expect(groupsOf('node:node')).toEqual([])
    expect(groupsOf('1234')).toEqual([])
  })

  const roots = ['', 'root', 'root:users', ':users', '0', '0:1000', '00', '0:0', 'toor', 'toor:1000'].map(
    (user) => ['image', user],
  )
  roots.push(['0', 'node'], ['0:1000', 'node'], ['00', 'node'])
  it.each(roots)('%s with the image’s user %j is root, which strict refuses', async (user, imageUser) => {
    const failure = await failureOf(() => optionOf(imageUser ?? '', { user: user ?? '', profile: 'strict' }))
    expect(failure.code).toBe('ACODE-CTN-011')
    expect(failure.message).toContain('profile: standard')
  })

  it.each(['+0', '-0', '+0:1000'])(
    'refuses %j, which an engine reads as root’s number',
    async (imageUser) => {
      expect((await failureOf(() => optionOf(imageUser))).code).toBe('ACODE-CTN-011')
    },
  )

  it.each(['1000:0', '1000:root', 'wheel', '1002', 'helper', 'node:00'])(
    'refuses %j, which is in root’s group, in strict',
    async (imageUser) => {
      const failure = await failureOf(() => optionOf(imageUser))
      expect(failure).toMatchObject({ code: 'ACODE-CTN-011' })
      expect(failure.message).toContain('in the group of root')
      expect(optionOf(imageUser, STANDARD)).toMatch(/^\d+:\d+$/)
    },
  )

  it('is in root’s group where the runner is itself', () => {
    expect(optionOf('1000:0', STRICT, { uid: 1001, gid: 0 })).toBe('1000:0')
  })

  it.each([
    ['', '0:0'],
    ['root', '0:0'],
    ['0:1000', '0:1000'],
    ['toor', '0:1000'],
    ['4000', '4000:0'],
  ])('%j may be root in profile standard, and on a runner that is root: %s', (imageUser, option) => {
    expect(optionOf(imageUser, STANDARD)).toBe(option)
    expect(optionOf(imageUser, STRICT, ROOT)).toBe(option)
  })

  it.each([
    '0x0',
    ' 0',
    '0 ',
    '0\n',
    '٠',
    '1e3',
    '1000:',
    'nobody',
    'node:users',
    'noid',
    'hex',
    'signed',
    'huge',
    'broken',
    '4294967296',
    '99999999999999999999',
    '+1000',
    'node:+0',
  ])('refuses %j, which is neither digits nor a user of the image, in any profile', async (imageUser) => {
    if (imageUser === '1000:') return expect(optionOf(imageUser)).toBe('1000:1001')
    for (const spec of [STRICT, STANDARD]) {
      const failure = await failureOf(() => optionOf(imageUser, spec))
      expect(failure.code).toBe('ACODE-CTN-006')
      expect(failure.message).toContain('Use user: runner')
    }
  })

  it(
    'whatever an image has for its users, strict gives the engine digits, and none of them root’s',
    () => {
      const field = fc.oneof(
        fc.constantFrom('0', '00', '+0', '-0', '0x0', ' 0', '1000', 'root', 'a', '', '4294967296'),
        fc.string(),
      )
      const line = fc.tuple(field, field, field, field).map((fields) => fields.join(':'))
      const text = fc.array(line).map((lines) => lines.join('\n'))
      const user = fc.oneof(
        field,
        fc.tuple(field, field).map((parts) => parts.join(':')),
      )
      fc.assert(
        fc.property(user, text, text, (imageUser, passwd, group) => {
          try {
            const wanted = wantedUser(STRICT, imageUser, RUNNER)
            const found = resolveUser(wanted, { passwd, group }, STRICT, RUNNER)
            expect(found.option).toMatch(/^[1-9]\d*:[1-9]\d*$/)
            expect(found.groups).not.toContain(0)
          } catch (error) {
            expect(error).toMatchObject({ code: expect.stringMatching(/^ACODE-CTN-0(06|11)$/) })
          }
        }),
        fuzzed(1_000),
      )
    },
    FUZZ_TIMEOUT_MS,
  )
})

describe('needsLook', () => {
  it.each([
    ['', false],
    ['0', false],
    ['1000:1000', false],
    ['1000', true],
    ['node', true],
    ['1000:video', true],
  ])('of %j is %s', (user, needed) => {
    expect(needsLook(parseUser(user))).toBe(needed)
  })
})

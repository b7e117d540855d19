import { describe, expect, it } from 'vitest'
import { gitConfigFile, gitVariables } from '../../../src/container/git-settings.ts'
import { homeOf } from '../../../src/container/user/home.ts'

const FILES = { passwd: 'root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n', group: '' }
const FRESH = '/run/acode/home'
const home = (uid: number, image: { user?: string; home?: string } = {}, spec: object = {}) =>
  homeOf(
    { env: {}, readOnly: false, ...spec },
    { user: '', home: undefined, ...image },
    { option: `${uid}:0`, uid, gid: 0 },
    FILES,
  )

describe('homeOf (FID-3)', () => {
  it.each([
    ['the task’s own word', home(7, {}, { env: { HOME: '/x' } }), '/x'],
    ['even over the image’s', home(0, { home: '/h' }, { env: { HOME: '/x' } }), '/x'],
    ['a fresh one for a stranger', home(7), FRESH],
    ['the image’s for its root', home(0), null],
    ['the image’s for its user by number', home(1000, { user: '1000:5' }), null],
    ['the image’s for its user by name', home(1000, { user: 'node' }), null],
    ['a fresh one for another than its user', home(0, { user: 'node' }), FRESH],
    ['a fresh one when its user has no entry', home(0, { user: 'gone' }), FRESH],
    ['what the image sets, for every user', home(7, { home: '/opt/home' }), null],
    ['a fresh one over a read-only root', home(0, { home: '/root' }, { readOnly: true }), FRESH],
  ])('is %s', (_, is, expected) => {
    expect(is).toBe(expected)
  })
})

describe('what git is set to (FID-3)', () => {
  it('is the same in variables and file', () => {
    expect(gitVariables()).toMatchObject({ GIT_CONFIG_COUNT: '3', GIT_CONFIG_KEY_0: 'safe.directory' })
    expect(gitConfigFile()).toBe(
      '[safe]\n\tdirectory = *\n[core]\n\ttrustctime = false\n[core]\n\tcheckStat = minimal\n',
    )
    expect(gitConfigFile('[user]\n\tname = image')).toMatch(/^\[user\]\n\tname = image\n\[safe\]/)
  })
})

import { chownSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { engineMode, isRootless, modeOf, ownerInside } from '../../../src/engine/rootless.ts'
import { fakeEngine, json } from '../../support/fake-engine.ts'

const IDS = { uid: 1001, gid: 127 }
const ROOTFUL = { isRootless: false, hasControlGroups: true }
const ROOTLESS = { isRootless: true, hasControlGroups: true }

describe('modeOf', () => {
  it.each([ROOTFUL, { isRootless: false, hasControlGroups: false }, null])(
    'IMG-3 with %j the runner is itself in containers',
    (answer) => {
      const { runner, hasLimits } = modeOf(answer, IDS)
      expect({ runner, hasLimits }).toEqual({ runner: { ...IDS, inside: IDS }, hasLimits: true })
      expect(isRootless(runner)).toBe(false)
    },
  )

  it('IMG-3 with a rootless engine the runner is root in containers, and nowhere else', () => {
    const { runner } = modeOf(ROOTLESS, IDS)
    expect(runner).toEqual({ ...IDS, inside: { uid: 0, gid: 0 } })
    expect(isRootless(runner)).toBe(true)
  })

  it('CTN-14 a rootless engine without control groups limits nothing', () => {
    expect(modeOf(ROOTLESS, IDS).hasLimits).toBe(true)
    expect(modeOf({ ...ROOTLESS, hasControlGroups: false }, IDS).hasLimits).toBe(false)
  })
})

describe.skipIf(process.getuid?.() !== 0)('engineMode (its user is made up, which takes root)', () => {
  it.each([
    [1001, 0, 1],
    [0, 1001, 0],
    [1002, 1001, 0],
  ])(
    'IMG-3 of a socket that is user %i’s: the runner is %i in containers, after %i questions',
    async (owner, inside, asked) => {
      const info = { SecurityOptions: ['name=seccomp,profile=builtin', 'name=rootless', 'name=cgroupns'] }
      const { docker, socket, requests } = await fakeEngine(json(info))
      chownSync(socket, owner, owner)
      const { runner } = await engineMode(docker, IDS)
      expect(runner.inside.uid).toBe(inside)
      expect(requests).toHaveLength(asked)
    },
  )
})

describe('ownerInside', () => {
  it('is the owner, but for a rootless engine: there it is root for the runner and nobody for all others', () => {
    const owners = (facts: typeof ROOTFUL) =>
      [1001, 0, 1234].map((uid) => ownerInside(uid, modeOf(facts, IDS).runner))
    expect(owners(ROOTFUL)).toEqual([1001, 0, 1234])
    expect(owners(ROOTLESS)).toEqual([0, 65534, 65534])
  })
})

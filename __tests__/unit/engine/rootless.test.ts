import { chownSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { noEngine } from '../../../src/container/facts/engine-errors.ts'
import {
  engineMode,
  isOwnSocket,
  isRootless,
  modeOf,
  ownerInside,
  socketOwner,
} from '../../../src/engine/rootless.ts'
import { fakeEngine, json } from '../../support/fake-engine.ts'
import { whileLocked } from '../../support/locked-folder.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const IDS = { uid: 1001, gid: 127 }
const ROOTFUL = { isRootless: false, isRemapped: false, hasControlGroups: true, takesVolumeOptions: true }
const ROOTLESS = { ...ROOTFUL, isRootless: true, isRemapped: true }

describe('modeOf', () => {
  it.each([ROOTFUL, { ...ROOTFUL, hasControlGroups: false }, null])(
    'IMG-3 with %j the runner is itself in containers',
    (answer) => {
      const mode = modeOf(answer, IDS, true)
      expect(mode).toEqual({
        ...{ runner: { ...IDS, inside: IDS }, hasLimits: true, isRemapped: false },
        takesVolumeOptions: true,
      })
      expect(isRootless(mode.runner)).toBe(false)
    },
  )

  it('IMG-3 with a rootless engine the runner is root in containers, and nowhere else', () => {
    const { runner, isRemapped } = modeOf(ROOTLESS, IDS, true)
    expect(isRemapped).toBe(false)
    expect(runner).toEqual({ ...IDS, inside: { uid: 0, gid: 0 } })
    expect(isRootless(runner)).toBe(true)
  })

  it.each([
    [{ ...ROOTFUL, isRemapped: true }, true],
    [{ ...ROOTFUL, isRemapped: true }, false],
    [ROOTLESS, false],
  ])('RNR-5 with %j, its socket ours: %s, users are others in containers', (answer, isOwn) => {
    expect(modeOf(answer, IDS, isOwn)).toMatchObject({ runner: { inside: IDS }, isRemapped: true })
  })

  it('CTN-14 a rootless engine without control groups limits nothing', () => {
    expect(modeOf(ROOTLESS, IDS, true).hasLimits).toBe(true)
    expect(modeOf({ ...ROOTLESS, hasControlGroups: false }, IDS, true).hasLimits).toBe(false)
  })
})

it.each([true, false])('RNR-5 Podman makes volumes without their options: %s', async (isPodman) => {
  const { docker } = await fakeEngine(json({}), { isPodman })
  expect(await engineMode(docker, IDS)).toMatchObject({ takesVolumeOptions: !isPodman })
})

describe.skipIf(process.getuid?.() !== 0)('engineMode (its user is made up, which takes root)', () => {
  it.each([
    [1001, 0, false],
    [0, 1001, true],
    [1002, 1001, true],
  ])(
    'IMG-3 of a rootless socket that is user %i’s: the runner is %i in containers, others: %s',
    async (owner, inside, isRemapped) => {
      const info = { SecurityOptions: ['name=seccomp,profile=builtin', 'name=rootless', 'name=cgroupns'] }
      const { docker, socket } = await fakeEngine(json(info))
      chownSync(socket, owner, owner)
      expect(await engineMode(docker, IDS)).toMatchObject({ runner: { inside: { uid: inside } }, isRemapped })
    },
  )
})

describe('RUN-8 the socket of an endpoint', () => {
  it('has an owner', async () => {
    const { socket } = await fakeEngine(json({}))
    const { uid, gid } = statSync(socket)
    expect(socketOwner({ socket })).toMatchObject({ uid, gid })
  })

  it.each([null, '/none', 'FOLDER/file/docker.sock', 'FOLDER/loop'])(
    'has none where it cannot be seen: %s',
    (socket) => {
      const folder = temporaryFolder()
      writeFileSync(join(folder, 'file'), '')
      symlinkSync('loop', join(folder, 'loop'))
      expect(socketOwner({ socket: socket?.replace('FOLDER', folder) ?? null })).toBeNull()
    },
  )

  it('has none in a folder that this user may not enter', async () => {
    const folder = temporaryFolder()
    const endpoint = { socket: join(folder, 'docker.sock') }
    writeFileSync(endpoint.socket, '')
    const asked = () => [socketOwner(endpoint), isOwnSocket(endpoint, IDS)]
    expect(await whileLocked(folder, asked)).toEqual([null, false])
  })

  it('is reported as no engine where it cannot be seen', async () => {
    const { docker, socket } = await fakeEngine(json({}))
    vi.stubEnv('DOCKER_HOST', `unix://${socket}/docker.sock`)
    expect(await noEngine(docker, new Error('failed'))).toMatchObject({ code: 'ACODE-CTN-005' })
  })
})

describe('ownerInside', () => {
  it('is the owner, but for a rootless engine: there it is root for the runner and nobody for all others', () => {
    const owners = (facts: typeof ROOTFUL) =>
      [1001, 0, 1234].map((uid) => ownerInside(uid, modeOf(facts, IDS, true).runner))
    expect(owners(ROOTFUL)).toEqual([1001, 0, 1234])
    expect(owners(ROOTLESS)).toEqual([0, 65534, 65534])
  })
})

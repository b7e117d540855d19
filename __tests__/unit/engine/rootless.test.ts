import { chownSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { Docker } from '../../../src/engine/docker.ts'
import { engineMode, isRootless, modeOf, ownerInside } from '../../../src/engine/rootless.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const IDS = { uid: 1001, gid: 127 }
const ROOTFUL = '["name=apparmor","name=seccomp,profile=builtin"] systemd'
const ROOTLESS = '["name=seccomp,profile=builtin","name=rootless","name=cgroupns"] systemd'

describe('modeOf', () => {
  it.each([ROOTFUL, '["name=userns"] none', ''])(
    'IMG-3 with %s the runner is itself in containers',
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
    expect(modeOf('["name=rootless"] none', IDS).hasLimits).toBe(false)
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
      const folder = temporaryFolder()
      writeFileSync(join(folder, 'socket'), '')
      chownSync(join(folder, 'socket'), owner, owner)
      const script = `[ $1 = info ] && { echo x >>${folder}/asked; echo '${ROOTLESS}'; } || echo unix://${folder}/socket`
      writeFileSync(join(folder, 'docker'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
      writeFileSync(join(folder, 'asked'), '')
      vi.stubEnv('PATH', `${folder}:${process.env.PATH}`)
      onTestFinished(() => void vi.unstubAllEnvs())
      const { runner } = await engineMode(new Docker({ call: () => undefined, slow: () => undefined }), IDS)
      expect(runner.inside.uid).toBe(inside)
      expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe('x\n'.repeat(asked))
    },
  )
})

describe('ownerInside', () => {
  it('is the owner, but for a rootless engine: there it is root for the runner and nobody for all others', () => {
    const owners = (answer: string) =>
      [1001, 0, 1234].map((uid) => ownerInside(uid, modeOf(answer, IDS).runner))
    expect(owners(ROOTFUL)).toEqual([1001, 0, 1234])
    expect(owners(ROOTLESS)).toEqual([0, 65534, 65534])
  })
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { exists, processIdentity, startTime } from '../../../src/host/identity.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const NO_PROCESS = 2 ** 22 + 1

describe('processIdentity (CTN-11)', () => {
  it('is the same each time, and that of this process', () => {
    expect(processIdentity()).toEqual(processIdentity())
    expect(processIdentity()).toMatchObject({ pid: process.pid, start: startTime(process.pid) })
  })

  it('gives boot, pid namespace and start time', () => {
    expect(processIdentity()).toMatchObject({
      host: expect.stringMatching(/./),
      boot: expect.stringMatching(/^[0-9a-f-]{36}$/),
      pidNamespace: expect.stringMatching(/^pid:\[\d+\]$/),
      start: expect.stringMatching(/^\d+$/),
    })
  })

  it('distinguishes a process from a later one', async () => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' })
    onTestFinished(() => void child.kill('SIGKILL'))
    await once(child, 'spawn')
    const pid = child.pid ?? 0
    expect(processIdentity(pid)).toEqual(processIdentity(pid))
    expect(Number(startTime(pid))).toBeGreaterThanOrEqual(Number(startTime(process.pid)))
    expect(exists(pid)).toBe(true)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(startTime(pid)).toBeNull()
    expect(exists(pid)).toBe(false)
  })

  it('reads the start time of a program whose name looks like its fields', async () => {
    const program = join(temporaryFolder(), 'a) S 1 (b')
    copyFileSync('/bin/sleep', program)
    const child = spawn(program, ['60'], { stdio: 'ignore', argv0: 'sleep' })
    onTestFinished(() => void child.kill('SIGKILL'))
    await once(child, 'spawn')
    expect(Number(startTime(child.pid ?? 0))).toBeGreaterThanOrEqual(Number(startTime(process.pid)))
  })

  it('says null of a process that is not there', () => {
    expect(startTime(NO_PROCESS)).toBeNull()
    expect(exists(NO_PROCESS)).toBe(false)
    expect(exists(1)).toBe(true)
  })
})

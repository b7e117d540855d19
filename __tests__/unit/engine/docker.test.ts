import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Docker, type EngineCall } from '../../../src/engine/docker.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

/** A client whose `docker` is a script of ours: what the client does with an answer, without an engine. */
function clientOf(script: string, capSeconds?: number) {
  const folder = temporaryFolder()
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'docker'), `#!/bin/sh\nprintf '%s\\n' "$*" >> ${folder}/calls\n${script}\n`)
  chmodSync(join(bin, 'docker'), 0o755)
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`)
  const observed: EngineCall[] = []
  const docker = new Docker({ call: (call) => void observed.push(call), slow: () => undefined }, capSeconds)
  return { docker, observed, calls: () => readFileSync(`${folder}/calls`, 'utf8').trim().split('\n') }
}

describe('Docker.call', () => {
  it('gives the output without the last line end, and tells of the call', async () => {
    const { docker, observed, calls } = clientOf("printf 'one\\ntwo\\n'")
    expect(await docker.call(['ps', '--all'])).toBe('one\ntwo')
    expect(calls()).toEqual(['ps --all'])
    expect(observed).toMatchObject([{ args: ['ps', '--all'], failed: false }])
  })

  it('fails with the CLI’s own words', async () => {
    const { docker, observed } = clientOf('echo no such thing >&2; exit 1')
    await expect(docker.call(['ps'])).rejects.toMatchObject({ kind: 'failed', message: 'no such thing' })
    expect(observed).toMatchObject([{ failed: true }])
  })

  it('is bounded, by its caller, by the cap and by the machine’s owner', async () => {
    const late = { kind: 'timeout', message: 'docker ps did not answer within 0.1 s' }
    await expect(clientOf('exec sleep 60').docker.call(['ps'], { timeoutMs: 100 })).rejects.toMatchObject(
      late,
    )
    await expect(clientOf('exec sleep 60', 0.1).docker.call(['ps'])).rejects.toMatchObject(late)
    vi.stubEnv('ACODE_ENGINE_TIMEOUT', '0.1')
    await expect(clientOf('exec sleep 60').docker.call(['ps'])).rejects.toMatchObject(late)
  })

  it('is given up when its caller gives up', async () => {
    const { docker } = clientOf('exec sleep 60')
    const call = docker.call(['pull', 'x'], { signal: AbortSignal.timeout(50) })
    await expect(call).rejects.toMatchObject({ kind: 'aborted' })
  })

  it('says so where there is no CLI', async () => {
    const { docker } = clientOf('')
    vi.stubEnv('PATH', '/nowhere')
    await expect(docker.call(['ps'])).rejects.toMatchObject({ kind: 'missing' })
  })
})

describe('Docker.find', () => {
  it.each([
    ['the thing', 'echo found', 'found'],
    ['null where an engine says no', '[ "$1" = version ] || { echo no such image >&2; exit 1; }', null],
  ])('is %s', async (_, script, answer) => {
    expect(await clientOf(script).docker.find(['image', 'inspect', 'x'])).toBe(answer)
  })

  it('does not take an engine that is away for a no', async () => {
    const { docker, calls } = clientOf('echo cannot connect >&2; exit 1')
    await expect(docker.find(['image', 'inspect', 'x'])).rejects.toMatchObject({ message: 'cannot connect' })
    expect(calls()).toHaveLength(2)
    expect(await docker.whyNot()).toBe('cannot connect')
    expect(await docker.answers()).toBe(false)
  })
})

describe('Docker.copyOut', () => {
  it('hands the output over as it comes', async () => {
    let bytes = 0
    await clientOf('head -c 3000000 /dev/zero').docker.copyOut('c', '/x', async (output) => {
      bytes = (await buffer(output)).length
    })
    expect(bytes).toBe(3_000_000)
  })

  it('loses nothing where the reader begins when the CLI has ended', async () => {
    const folder = temporaryFolder()
    const { docker } = clientOf(`echo $$ > ${folder}/pid; echo all of it`)
    const pid = () => readFileSync(join(folder, 'pid'), 'utf8').trim()
    let read = ''
    await docker.copyOut('c', '/x', async (output) => {
      await expect.poll(() => existsSync(join(folder, 'pid')) && pid(), { timeout: 20_000 }).toBeTruthy()
      await expect.poll(() => existsSync(`/proc/${pid()}`), { timeout: 20_000 }).toBe(false)
      read = (await buffer(output)).toString()
    })
    expect(read).toBe('all of it\n')
  })

  it('fails with the CLI’s own words', async () => {
    const { docker } = clientOf('echo half; echo no such container >&2; exit 1')
    const read = docker.copyOut('c', '/x', async (output) => void (await buffer(output)))
    await expect(read).rejects.toMatchObject({ kind: 'failed', message: 'no such container' })
  })

  it('ends at once where its reader fails, with the reader’s reason', async () => {
    const { docker } = clientOf('exec cat /dev/zero')
    const started = performance.now()
    const read = docker.copyOut('c', '/x', async () => {
      throw new Error('disk full')
    })
    await expect(read).rejects.toThrow('disk full')
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  it('is bounded', async () => {
    const { docker } = clientOf('exec sleep 60', 0.1)
    const read = docker.copyOut('c', '/x', async (output) => void (await buffer(output)))
    await expect(read).rejects.toMatchObject({
      kind: 'timeout',
      message: 'docker cp did not answer within 0.1 s',
    })
  })

  it('says so where there is no CLI', async () => {
    const { docker } = clientOf('')
    vi.stubEnv('PATH', '/nowhere')
    const read = docker.copyOut('c', '/x', async (output) => void (await buffer(output)))
    await expect(read).rejects.toMatchObject({ kind: 'missing' })
  })
})

describe('Docker.copyIn', () => {
  const archive = async function* () {
    for (let sent = 0; sent < 100; sent++) yield Buffer.alloc(100_000)
  }

  it('is bounded, and given up with its caller', async () => {
    const late = clientOf('exec sleep 60', 0.1).docker.copyIn('c', '/x', archive())
    await expect(late).rejects.toMatchObject({ kind: 'timeout' })
    const { docker } = clientOf('exec sleep 60')
    const left = docker.copyIn('c', '/x', archive(), AbortSignal.timeout(50))
    await expect(left).rejects.toMatchObject({ kind: 'aborted' })
  })

  it('says so where there is no CLI', async () => {
    const { docker } = clientOf('')
    vi.stubEnv('PATH', '/nowhere')
    await expect(docker.copyIn('c', '/x', archive())).rejects.toMatchObject({ kind: 'missing' })
  })

  it('fails with the CLI’s own words, not with those of its broken pipe', async () => {
    const { docker } = clientOf('echo no such container >&2; exit 1')
    const sent = docker.copyIn('c', '/x', archive())
    await expect(sent).rejects.toMatchObject({ kind: 'failed', message: 'no such container' })
  })
})

describe('Docker.startAttached', () => {
  it('keeps output and error output in their order, in one stream', async () => {
    const { docker, calls } = clientOf('for n in 1 2 3; do echo out $n; echo err $n >&2; done')
    const attached = docker.startAttached('acode-s-t; exit 1', 60_000)
    expect((await buffer(attached.stdout)).toString()).toBe('out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n')
    expect(calls()).toEqual(['start --attach acode-s-t; exit 1'])
  })
})

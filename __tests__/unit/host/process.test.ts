import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { getEventListeners, once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { endProcesses } from '../../../src/host/end-processes.ts'
import { run } from '../../../src/host/process.ts'

const NODE = process.execPath
const script = (code: string) => ['-e', code]
const SECONDS = 1_000

describe('run', () => {
  it('gives exit code, output and error output', async () => {
    const code = "process.stdout.write('größe'); process.stderr.write('err'); process.exitCode = 3"
    expect(await run(NODE, script(code), { timeoutMs: 30 * SECONDS })).toMatchObject({
      code: 3,
      stdout: 'größe',
      stderr: 'err',
      ended: 'by-itself',
    })
  })

  it('passes arguments and environment as they are, through no shell', async () => {
    const args = ['a b', '', '$HOME', '"; exit 1', '*', 'größe\n']
    const code = 'console.log(JSON.stringify([process.argv.slice(1), process.env.A, process.env.HOME]))'
    const { stdout } = await run(NODE, [...script(code), '--', ...args], {
      timeoutMs: 30 * SECONDS,
      env: { A: 'x\ny' },
    })
    expect(JSON.parse(stdout)).toEqual([args, 'x\ny', null])
  })

  it('joins characters that chunks cut', async () => {
    const code =
      'process.stdout.write(Buffer.from([0xc3])); setTimeout(() => process.stdout.write(Buffer.from([0xb6])), 50)'
    expect((await run(NODE, script(code), { timeoutMs: 30 * SECONDS })).stdout).toBe('ö')
  })

  it('shows output as it comes', async () => {
    const chunks: string[] = []
    const code = "console.log('one'); setTimeout(() => console.error('two'), 50)"
    await run(NODE, script(code), {
      timeoutMs: 30 * SECONDS,
      onOutput: (chunk) => void chunks.push(chunk.toString()),
    })
    expect(chunks.join('')).toBe('one\ntwo\n')
  })

  it('writes its input, and has none otherwise', async () => {
    const code = "process.stdin.on('data', (d) => process.stdout.write(d)).on('end', () => console.log('.'))"
    const options = { timeoutMs: 30 * SECONDS }
    const input = Buffer.alloc(300_000, 'x')
    expect((await run(NODE, script(code), { ...options, input })).stdout).toBe(`${input.toString()}.\n`)
    expect((await run(NODE, script(code), options)).stdout).toBe('.\n')
  })

  it('judges a program that does not read its input by its exit code', async () => {
    const input = Buffer.alloc(5_000_000)
    expect(await run('true', [], { timeoutMs: 30 * SECONDS, input })).toMatchObject({ code: 0 })
  })

  it('takes its input at the pace at which it is read, and fails with what the input fails with', async () => {
    async function* pieces() {
      for (let n = 0; n < 3; n++) yield Buffer.from(`${n}\n`)
    }
    const options = { timeoutMs: 30 * SECONDS }
    expect((await run('cat', [], { ...options, input: pieces() })).stdout).toBe('0\n1\n2\n')
    async function* broken() {
      yield Buffer.from('half')
      throw new Error('disk gone')
    }
    await expect(run('cat', [], { ...options, input: broken() })).rejects.toThrow('disk gone')
  })

  it('ends what prints more than is taken', async () => {
    const finished = await run('cat', ['/dev/zero'], { timeoutMs: 60 * SECONDS })
    expect(finished).toMatchObject({ code: null, ended: 'too-long' })
  })

  it('lets a program have no more memory than it may', async () => {
    const options = { timeoutMs: 60 * SECONDS, memoryBytes: 64 * 1024 * 1024 }
    expect(await run('echo', ['a b', '$HOME'], options)).toMatchObject({ code: 0, stdout: 'a b $HOME\n' })
    const greedy = await run('dd', ['if=/dev/zero', 'of=/dev/null', 'bs=256M', 'count=1'], options)
    expect(greedy).toMatchObject({ code: 1, stderr: expect.stringMatching(/memory/) })
  })

  it('ends the children of a program with it where that is asked for', async () => {
    const abort = new AbortController()
    const onOutput = () => abort.abort()
    const options = { timeoutMs: 60 * SECONDS, signal: abort.signal, onOutput, withChildren: true }
    const finished = await run('/bin/sh', ['-c', 'sleep 60 & echo $!; wait'], options)
    const isThere = () => existsSync(`/proc/${finished.stdout.trim()}/exe`)
    await expect.poll(isThere, { timeout: 20 * SECONDS }).toBe(false)
  })

  it('rejects where there is no such program', async () => {
    await expect(run('no-such-program-anywhere', [], { timeoutMs: SECONDS })).rejects.toMatchObject({
      code: 'ENOENT',
    })
  })

  it('rejects where the arguments are larger than the system takes', async () => {
    const huge = ['x'.repeat(4_000_000)]
    await expect(run('true', huge, { timeoutMs: SECONDS })).rejects.toMatchObject({ code: 'E2BIG' })
  })

  /** A caller that gives up as soon as the program has shown that it is there. */
  function endedAtItsFirstOutput() {
    const abort = new AbortController()
    return { timeoutMs: 60 * SECONDS, signal: abort.signal, onOutput: () => abort.abort() }
  }

  const stubborn = script(
    "process.on('SIGTERM', () => console.log('term')); setInterval(() => {}, 1000); console.log('up')",
  )

  it('ends what is not done in time', async () => {
    const finished = await run('sleep', ['60'], { timeoutMs: 50 })
    expect(finished).toMatchObject({ code: null, ended: 'timeout' })
    expect(finished.milliseconds).toBeLessThan(10 * SECONDS)
  })

  it('ends also what ignores SIGTERM', async () => {
    const finished = await run(NODE, stubborn, endedAtItsFirstOutput())
    expect(finished).toMatchObject({ code: null, ended: 'aborted', stdout: 'up\nterm\n' })
    expect(finished.milliseconds).toBeLessThan(10 * SECONDS)
  })

  const inChild = [
    ['', 'sleep 60 & echo $!; wait'],
    [' and hears no signal', "(trap '' TERM INT; exec sleep 60) & echo $!; wait"],
  ] as const

  it.each(inChild)('waits for no child that holds the pipes open%s', async (_what, code) => {
    const finished = await run('/bin/sh', ['-c', code], endedAtItsFirstOutput())
    expect(finished).toMatchObject({ ended: 'aborted', stdout: expect.stringMatching(/^\d+\n$/) })
    onTestFinished(() => void process.kill(Number(finished.stdout), 'SIGKILL'))
    expect(finished.milliseconds).toBeLessThan(10 * SECONDS)
  })

  it.each(inChild)(
    'waits no longer than it may for a child that holds the pipes open%s',
    async (_what, code) => {
      const finished = await run('/bin/sh', ['-c', code], { timeoutMs: 2 * SECONDS })
      expect(finished).toMatchObject({ ended: 'timeout', stdout: expect.stringMatching(/^\d+\n$/) })
      onTestFinished(() => void process.kill(Number(finished.stdout), 'SIGKILL'))
      expect(finished.milliseconds).toBeLessThan(10 * SECONDS)
    },
  )

  it('ends when its caller gives up', async () => {
    const abort = new AbortController()
    setTimeout(() => abort.abort(), 50)
    const finished = await run('sleep', ['60'], { timeoutMs: 60 * SECONDS, signal: abort.signal })
    expect(finished).toMatchObject({ code: null, ended: 'aborted' })
    expect(finished.milliseconds).toBeLessThan(5 * SECONDS)
  })

  it('ends when its caller had given up before', async () => {
    const finished = await run('sleep', ['60'], { timeoutMs: 60 * SECONDS, signal: AbortSignal.abort() })
    expect(finished.ended).toBe('aborted')
  })

  it('leaves nothing at the signal of its caller', async () => {
    const abort = new AbortController()
    for (let count = 0; count < 20; count++)
      await run('true', [], { timeoutMs: SECONDS, signal: abort.signal })
    expect(getEventListeners(abort.signal, 'abort')).toEqual([])
  })
})

describe('endProcesses (CTN-6)', () => {
  /** A process that carries an entry in its environment, until the test is over. */
  async function marked(name: string, value: string, seconds = 60) {
    const env = { ...process.env, [name]: value }
    const child = spawn('sleep', [String(seconds)], { env, stdio: 'ignore' })
    onTestFinished(() => void child.kill('SIGKILL'))
    // The kernel shows the environment of a new program a moment after its start.
    const entries = () => readFileSync(`/proc/${child.pid}/environ`, 'utf8').split('\0')
    await expect.poll(entries, { timeout: 20 * SECONDS, interval: 1 }).toContain(`${name}=${value}`)
    return child
  }

  it('ends the processes with the mark, and no other', async () => {
    const mark = randomUUID()
    const ours = [await marked('ACODE_TEST', mark), await marked('ACODE_TEST', mark)]
    const others = [await marked('ACODE_TEST', `${mark}2`), await marked('OTHER', `ACODE_TEST=${mark}`)]
    const ended = Promise.all(ours.map((child) => once(child, 'exit')))
    expect(await endProcesses(`ACODE_TEST=${mark}`)).toBe(2)
    await ended
    expect(others.map((child) => child.exitCode ?? child.signalCode)).toEqual([null, null])
  })

  it('lets those end by themselves that do so in time', async () => {
    const mark = randomUUID()
    const child = await marked('ACODE_TEST', mark, 3)
    const ended = once(child, 'exit')
    expect(await endProcesses(`ACODE_TEST=${mark}`, 60_000)).toBe(1)
    expect(await ended).toEqual([0, null])
  })

  it('finds none when there is none', async () => {
    expect(await endProcesses(`ACODE_TEST=${randomUUID()}`)).toBe(0)
  })
})

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { docker, imageName } from '../../support/engine.ts'
import { HOLD, whileHeld } from '../../support/held-task.ts'
import { jobs } from '../../support/jobs.ts'
import { recordOf } from '../../support/record.ts'
import { messages } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'

const image = imageName.base

/** `Name:\tvalue` lines of /proc/self/status. */
const statusOf = (lines: readonly string[]): Record<string, string> =>
  Object.fromEntries(lines.map((line) => line.split(':\t')).map(([name = '', value = '']) => [name, value]))

describe('IMG-3 profile strict, the default', () => {
  const newJob = jobs()

  it('IMG-3 has no capabilities, no new privileges, a seccomp filter and a limit of processes', async () => {
    const running = (await newJob()).start({ image, run: `cat /proc/self/status; ${HOLD}` })
    const { looked, step } = await whileHeld(running, ({ container }) => container.HostConfig)
    const none = '0000000000000000'
    expect(statusOf(step.lines)).toMatchObject({
      ...{ CapInh: none, CapPrm: none, CapEff: none, CapBnd: none, CapAmb: none },
      ...{ NoNewPrivs: '1', Seccomp: '2' },
    })
    expect(looked).toMatchObject({
      ...{ Privileged: false, CapAdd: null, CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'] },
      ...{ PidsLimit: 4096, Init: true, LogConfig: { Type: 'none' } },
    })
  })

  it('IMG-3 has an init process above the task, which passes signals on and reaps', async () => {
    const step = await (await newJob()).uses({ image, run: "tr '\\0' ' ' </proc/1/cmdline" })
    expect(step.lines.filter((line) => /^\S*init -- sh -e /.test(line))).toHaveLength(1)
  })

  it('CTN-14 cannot have more processes than its limit', async () => {
    const run = 'for i in 1 2 3 4 5 6 7 8 9 10; do sleep 60 & done; echo all'
    const step = await (await newJob()).uses({ image, run, 'pids-limit': '6' })
    expect(step.lines).not.toContain('all')
    expect(step.outputs.status).toBe('failed')
    expect(step.output).toMatch(/can't fork/)
  })

  it('IMG-3 has its own namespaces and no socket of the engine', async () => {
    const run = `
      for name in pid net mnt uts ipc; do readlink /proc/self/ns/$name; done
      find / -xdev -name '*.sock' 2>/dev/null; ls /proc | grep -c '^[0-9]' ; cat /proc/net/unix | grep -c docker || true
    `
    const job = await newJob()
    const host = await docker('info', '--format', '{{.OSType}}')
    expect(host).toBe('linux')
    const step = await job.uses({ image, run })
    expect(step.lines.filter((line) => /^\/.*\.sock$/.test(line))).toEqual([])
    const { readlink } = await import('node:fs/promises')
    for (const name of ['pid', 'net', 'mnt', 'uts', 'ipc'])
      expect(step.lines).not.toContain(await readlink(`/proc/self/ns/${name}`))
  })
})

describe('IMG-3 profile standard', () => {
  const newJob = jobs()

  it('IMG-3 has Docker’s default capabilities but for two, and still no new privileges', async () => {
    const step = await (await newJob()).uses({
      image,
      run: 'cat /proc/self/status',
      profile: 'standard',
      user: '0',
    })
    const status = statusOf(step.lines)
    expect(status).toMatchObject({ NoNewPrivs: '1', Seccomp: '2' })
    const allowed = BigInt('0x00000000200425fb')
    expect(BigInt(`0x${status.CapEff}`) & ~allowed).toBe(0n)
    expect(status.CapEff).not.toBe('0000000000000000')
  })

  it('IMG-3 lets the host’s network in where it is asked for', async () => {
    const inputs = { image, run: 'ls /sys/class/net', network: 'host' }
    const step = await (await newJob()).uses({ ...inputs, profile: 'standard' })
    expect(step.outputs.status, step.output).toBe('succeeded')
    expect((await recordOf(step)).container.network).toBe('host')
  })
})

describe('what breaks isolation', () => {
  const newJob = jobs({ env: { PATH: '/nonexistent' } })

  const BREAKING = [
    ...['--privileged', '--pid=host', '--ipc=host', '--uts=host', '--userns=host', '--cgroupns=host'],
    ...['--cap-add=SYS_ADMIN', '--security-opt seccomp=unconfined', '--device /dev/kmsg'],
    ...['--volumes-from other', '--cgroup-parent /', '--oom-kill-disable', '--link other'],
    ...['--restart always', '--pid container:other'],
  ]
  // An error names so many problems, and counts the rest.
  it.each([BREAKING.slice(0, 8), BREAKING.slice(8)])(
    'IMG-3 is refused by name before anything is started, all of it at once: %s …',
    async (...options) => {
      const step = await (await newJob()).uses({ image, run: 'true', options: options.join(' ') })
      expect(step.outputs, step.output).toMatchObject({ status: 'error', 'error-code': 'ACODE-CTN-011' })
      for (const option of options) expect.soft(messages(step, 'error')[0]).toContain(option.split(/[ =]/)[0])
    },
  )
  it.each(someOf(BREAKING, 3))('IMG-3 is refused by name before anything is started: %s', async (options) => {
    const step = await (await newJob()).uses({ image, run: 'true', options })
    expect(step.outputs, step.output).toMatchObject({ status: 'error', 'error-code': 'ACODE-CTN-011' })
    expect(messages(step, 'error')[0]).toContain(options.split(/[ =]/)[0])
  })

  it.each(
    someOf(
      [
        ['-v /:/host', 'mounts and cache-volumes'],
        ['--mount type=bind,source=/,target=/host', 'the input mounts'],
        ['-u 0', 'the input user'],
        ['--network host', 'the input network'],
        ['--name other', 'session-id and task-id'],
        ['--entrypoint sh', 'the input entrypoint'],
        ['-e A=1', 'the input env'],
        ['--memroy 1g', 'did you mean memory'],
        ['"unbalanced', 'is not closed'],
        ['; rm -rf /', 'has a meaning only in a shell'],
        ['image-name', 'is no option'],
      ],
      4,
    ),
  )('RUN-5 is the action’s own or no option: %s', async (options, hint) => {
    const step = await (await newJob()).uses({ image, run: 'true', options })
    expect(step.outputs, step.output).toMatchObject({ status: 'error', 'error-code': 'ACODE-CTN-006' })
    expect(messages(step, 'error')[0]).toContain(hint)
  })

  it('IMG-3 the host’s network is refused in profile strict', async () => {
    const step = await (await newJob()).uses({ image, run: 'true', network: 'host' })
    expect(step.outputs).toMatchObject({ status: 'error', 'error-code': 'ACODE-CTN-011' })
    expect(messages(step, 'error')[0]).toContain('profile: standard')
  })

  it.each(['container:other', 'host:1'])('IMG-3 is no network: %s', async (network) => {
    const step = await (await newJob()).uses({ image, run: 'true', network })
    expect(step.outputs['error-code']).toBe('ACODE-CTN-006')
  })
})

describe('mounts that break isolation', () => {
  const newJob = jobs()

  it.each(someOf(['/', '/proc', '/sys/fs/cgroup', '/dev'], 2))('IMG-3 are refused: %s', async (source) => {
    const step = await (await newJob()).uses({ image, run: 'true', mounts: `${source}:/m` })
    expect(step.outputs, step.output).toMatchObject({ status: 'error', 'error-code': 'ACODE-CTN-011' })
    expect(step.outputs['container-id']).toBe('')
  })

  it('IMG-3 are refused for the engine’s socket, its folder, and a link to it', async () => {
    const job = await newJob()
    const socket = (process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock').replace('unix://', '')
    const link = path.join(mkdtempSync(path.join(tmpdir(), 'link-')), 'harmless')
    const { symlinkSync, rmSync } = await import('node:fs')
    symlinkSync(socket, link)
    for (const source of [socket, path.dirname(socket), link]) {
      const step = await job.uses({ image, run: 'true', mounts: `${source}:/m` })
      expect(step.outputs['error-code'], source).toBe('ACODE-CTN-011')
      expect(messages(step, 'error')[0]).toContain('socket')
    }
    rmSync(path.dirname(link), { recursive: true })
  })

  it('IMG-3 are refused for the runner’s file commands, through which a task would steer later steps', async () => {
    const job = await newJob()
    for (const source of [job.temp, path.join(job.temp, '_runner_file_commands')]) {
      const step = await job.uses({ image, run: 'true', mounts: `${source}:/m:ro` })
      expect(step.outputs['error-code'], source).toBe('ACODE-CTN-011')
    }
  })
})

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { mountOption } from '../../../src/container/mounts/mount.ts'
import { remappedWarning, resolveMounts } from '../../../src/container/mounts/mount-sources.ts'
import type { Profile } from '../../../src/container/options/profiles.ts'
import { endpointAt } from '../../../src/engine/transport/connection.ts'
import { isWithin } from '../../../src/host/files.ts'
import { failureOf } from '../../support/failures.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe('mountOption', () => {
  it.each([
    [{ type: 'bind', source: '/a', target: '/b' }, 'type=bind,source=/a,target=/b'],
    [{ type: 'bind', source: '/a', target: '/b', readOnly: true }, 'type=bind,source=/a,target=/b,readonly'],
    [{ type: 'bind', source: '/a', target: '/b', readOnly: false }, 'type=bind,source=/a,target=/b'],
    [{ type: 'bind', source: '/a b:c', target: '/b' }, 'type=bind,source=/a b:c,target=/b'],
    [{ type: 'bind', source: '/a,readonly', target: '/b' }, 'type=bind,"source=/a,readonly",target=/b'],
    [{ type: 'bind', source: '/a"b', target: '/c\nd' }, 'type=bind,"source=/a""b","target=/c\nd"'],
    [{ type: 'volume', name: 'npm', target: '/c' }, 'type=volume,source=npm,target=/c'],
    [{ type: 'volume', name: null, target: '/c,d' }, 'type=volume,"target=/c,d"'],
    [
      {
        type: 'volume',
        name: null,
        target: '/c',
        labels: { a: 'b' },
        options: { type: 'overlay', o: 'x,y' },
      },
      'type=volume,target=/c,volume-label=a=b,volume-driver=local,volume-opt=type=overlay,"volume-opt=o=x,y"',
    ],
  ] as const)('of %j is %s', (mount, option) => {
    expect(mountOption(mount)).toBe(option)
  })
})

describe('isWithin', () => {
  it.each([
    ['/a', '/a', true],
    ['/a/b', '/a', true],
    ['/a/..b', '/a', true],
    ['/a', '/', true],
    ['/ab', '/a', false],
    ['/', '/a', false],
    ['/b', '/a', false],
    ['/a/../b', '/a', false],
  ])('%s in %s: %s', (path, folder, is) => {
    expect(isWithin(path, folder)).toBe(is)
  })
})

describe('resolveMounts (CTN-4, RUN-5)', () => {
  /** A machine with a workspace, files beside it, an engine's socket and the runner's file commands. */
  function machine() {
    const root = temporaryFolder()
    const workspace = join(root, 'checkout')
    for (const folder of [
      'checkout/data',
      'checkout/..data',
      'home/.ssh',
      'temp/_runner_file_commands',
      'temp/acode-s1-unit-01234567/record',
      'run/..engine',
    ])
      mkdirSync(join(root, folder), { recursive: true })
    writeFileSync(join(root, 'checkout/file'), '')
    symlinkSync('data', join(workspace, 'inside'))
    symlinkSync(join(root, 'home'), join(workspace, 'outside'))
    symlinkSync('..', join(workspace, 'up'))
    symlinkSync(join(root, 'run'), join(root, 'link-to-run'))
    symlinkSync('nowhere', join(workspace, 'broken'))
    const socket = join(root, 'run/..engine/docker.sock')
    const server = createServer().listen(socket)
    onTestFinished(() => void server.close())
    const context = {
      workspace,
      endpoint: async () => endpointAt(`unix://${socket}`),
      fileCommands: join(root, 'temp/_runner_file_commands'),
      runs: join(root, 'temp'),
      own: join(root, 'own'),
      translate: (path: string): string | null => path,
    }
    const resolve = (
      source: string,
      readOnly = false,
      profile: Profile = 'strict',
      translate = context.translate,
    ) => resolveMounts({ mounts: [{ source, target: '/t', readOnly }], profile }, { ...context, translate })
    const resolveAll = (...sources: string[]) => {
      const mounts = sources.map((source) => ({ source, target: '/t', readOnly: false }))
      return resolveMounts({ mounts, profile: 'strict' }, context)
    }
    return { root, workspace, socket, context, resolve, resolveAll }
  }

  it.each([
    ['data', 'checkout/data'],
    ['./data/../file', 'checkout/file'],
    ['..data', 'checkout/..data'],
    ['inside', 'checkout/data'],
  ])('finds %s below the workspace', async (source, real) => {
    const { root, resolve } = machine()
    expect(await resolve(source, true)).toMatchObject([
      { type: 'bind', source: join(root, real), target: '/t', readOnly: true },
    ])
  })

  it('takes an absolute path as it is meant', async () => {
    const { root, resolve } = machine()
    expect(await resolve(join(root, 'home'))).toMatchObject([{ source: join(root, 'home') }])
    expect(await resolve(join(root, 'checkout/outside'))).toMatchObject([{ source: join(root, 'home') }])
  })

  it.each(['outside', 'outside/.ssh', 'up', '..', '../home', 'data/../../home'])(
    'refuses %s, which leads out of the workspace',
    async (source) => {
      const failure = await failureOf(() => machine().resolve(source))
      expect(failure).toMatchObject({ code: 'ACODE-CTN-011' })
      expect(failure.message).toContain('leads out of the workspace')
    },
  )

  it.each(['missing', 'broken', 'file/below'])('says that %s is not there', async (source) => {
    const failure = await failureOf(() => machine().resolve(source))
    expect(failure).toMatchObject({ code: 'ACODE-CTN-006' })
    expect(failure.message).toContain(`The mount source ${source} is not there`)
  })

  it.each([
    'run/..engine/docker.sock',
    'run/..engine',
    'run',
    'link-to-run',
    'link-to-run/..engine/docker.sock',
    '',
  ])('refuses the engine’s socket by way of /%s', async (path) => {
    const { root, resolve } = machine()
    const failure = await failureOf(() => resolve(join(root, path)))
    expect(failure.code).toBe('ACODE-CTN-011')
    expect(failure.message).toContain('engine’s socket')
  })

  it('takes the folder in which it runs where the endpoint names no socket', async () => {
    const mounts = [{ source: process.cwd(), target: '/t', readOnly: true }]
    const context = { ...machine().context, endpoint: async () => endpointAt('unix://') }
    expect(await resolveMounts({ mounts, profile: 'strict' }, context)).toMatchObject([
      { source: process.cwd() },
    ])
  })

  it.each(['/', '/var/run', '/run', '/var/run/docker.sock'])('refuses %s of any machine', async (source) => {
    const failure = await failureOf(() => machine().resolve(source)).catch((error: Error) => error)
    expect(failure.message).toMatch(/engine’s socket|is not there/)
  })

  it.each(['temp', 'temp/_runner_file_commands'])(
    'refuses the runner’s file commands in %s',
    async (path) => {
      const { root, resolve } = machine()
      const failure = await failureOf(() => resolve(join(root, path)))
      expect(failure.code).toBe('ACODE-CTN-011')
      expect(failure.message).toContain('steer the runner’s later steps')
    },
  )

  it('RNR-5 gives the engine its own name of a source, and refuses one that it does not see', async () => {
    const { root, resolve } = machine()
    expect(await resolve('inside', false, 'strict', (path) => `/there${path}`)).toMatchObject([
      { source: `/there${root}/checkout/data` },
    ])
    const failure = await failureOf(() => resolve('data', false, 'privileged', () => null))
    expect(failure.code).toBe('ACODE-CTN-010')
    expect(failure.message).toContain('The engine does not see the mount source data')
  })

  it.each([
    ['/var', 'engine’s socket'],
    ['/proc/1', 'the kernel’s own'],
    ['/engine/runner/_temp', 'steer the runner’s later steps'],
    ['/engine/runner/_temp/acode-s1-unit-01234567', 'records of this job'],
  ])('RNR-5 refuses what the engine calls %s, whatever it is called here', async (there, why) => {
    const { root, resolve } = machine()
    const names = new Map([
      [join(root, 'home'), there],
      [join(root, 'temp'), '/engine/runner/_temp'],
      [join(root, 'temp/_runner_file_commands'), '/engine/runner/_temp/_runner_file_commands'],
    ])
    const translate = (path: string) => names.get(path) ?? null
    const failure = await failureOf(() => resolve(join(root, 'home'), true, 'strict', translate))
    expect(failure.code).toBe('ACODE-CTN-011')
    expect(failure.message).toContain(why)
  })

  it.each(['temp/acode-s1-unit-01234567', 'temp/acode-s1-unit-01234567/record'])(
    'RUN-8 refuses the records of this job in %s',
    async (path) => {
      const { root, resolve } = machine()
      const failure = await failureOf(() => resolve(join(root, path)))
      expect(failure.code).toBe('ACODE-CTN-011')
      expect(failure.message).toContain('its own record')
    },
  )

  it.each(['/proc', '/proc/self', '/sys', '/dev', '/dev/null'])('refuses %s', async (source) => {
    expect((await failureOf(() => machine().resolve(source))).code).toBe('ACODE-CTN-011')
  })

  it('says of each refusal what fits it', async () => {
    const { root, resolve, socket } = machine()
    const messageFor = async (source: string) => (await failureOf(() => resolve(source))).message
    expect(await messageFor(socket)).toMatch(
      /is the engine’s socket .*Let a step of the job do what needs the engine; profile: privileged/,
    )
    expect(await messageFor(join(root, 'run'))).toMatch(
      /holds the engine’s socket .*Mount a narrower folder, which/,
    )
    expect(await messageFor('/dev/null')).toMatch(/own file system\. Give devices with options: --device/)
  })

  it('reports all mounts that cannot be used', async () => {
    const failure = await failureOf(() => machine().resolveAll('missing', '/proc', 'data', '..'))
    expect(failure.code).toBe('ACODE-CTN-011')
    expect(failure.message).toMatch(/3 problems:.*missing.*\/proc.*leads out/s)
  })

  it.each(['run/..engine/docker.sock', 'run', 'temp', 'temp/_runner_file_commands', ''])(
    'FID-6 takes /%s in profile privileged',
    async (path) => {
      const { root, resolve } = machine()
      expect(await resolve(join(root, path), false, 'privileged')).toHaveLength(1)
    },
  )

  it.each(['..', 'outside', 'missing'])('takes %s in no profile', async (source) => {
    await failureOf(() => machine().resolve(source, false, 'privileged'))
  })
})

describe('remappedWarning (RNR-5)', () => {
  const spec = (readOnly: boolean) => ({
    mounts: [{ source: 'data', target: '/data', readOnly }],
  })

  it('names what a task of other users may not write', () => {
    expect(remappedWarning(spec(false), { isRemapped: true })).toContain(
      'writes data only where everybody may',
    )
  })

  it('is none for what is only read, nor where users are the same', () => {
    expect(remappedWarning(spec(true), { isRemapped: true })).toBeNull()
    expect(remappedWarning(spec(false), { isRemapped: false })).toBeNull()
  })
})

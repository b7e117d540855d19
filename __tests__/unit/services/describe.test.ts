import { describe, expect, it } from 'vitest'
import { describeService } from '../../../src/services/describe.ts'
import { signOf } from '../../../src/services/sign.ts'
import { type ServiceInput, serviceSchema } from '../../../src/task/services.ts'

const image = { id: 'sha256:1', reference: 'db:1', command: ['serve'], hasHealthCheck: false }
const described = (input: ServiceInput, user: { uid: number; gid: number } | null = null) =>
  describeService({
    ...{ name: 'db', container: 'acode-s-t.service-db-1', labels: { a: 'b' }, image, mounts: [] },
    spec: serviceSchema.parse({ image: 'db:1', ...input }),
    user: user && { ...user, option: `${user.uid}:${user.gid}` },
    network: { name: 'own', hidesMetadata: true, isInternal: false },
  })

describe('the container of a service (BES-1)', () => {
  it('has the name of the service on the task’s network, walls and limits', () => {
    expect(described({ memory: '64m', cpus: 0.5, env: { A: 1 } })).toMatchObject({
      Image: 'sha256:1',
      Env: ['A=1'],
      HostConfig: {
        NetworkMode: 'own',
        SecurityOpt: ['no-new-privileges'],
        CapDrop: ['MKNOD', 'SETFCAP'],
        Memory: 64 * 1024 ** 2,
        MemorySwap: 64 * 1024 ** 2,
        NanoCpus: 5e8,
        PidsLimit: 4096,
      },
      NetworkingConfig: {
        EndpointsConfig: { own: { Aliases: ['db'], IPAMConfig: { LinkLocalIPs: ['169.254.169.254'] } } },
      },
    })
    expect(described({ profile: 'strict' })).toMatchObject({ HostConfig: { CapDrop: ['ALL'] } })
  })

  it('runs what the image does, or what is named in its place', () => {
    expect(described({}).Cmd).toBeUndefined()
    expect(described({ command: ['x'] })).toMatchObject({ Cmd: ['x'] })
    expect(described({ entrypoint: [] })).toMatchObject({ Entrypoint: [''], Cmd: ['serve'] })
    expect(described({ entrypoint: 'sh', command: ['-c', 'x'] })).toMatchObject({
      Entrypoint: ['sh'],
      Cmd: ['-c', 'x'],
    })
  })

  it('gives file systems in memory to its user', () => {
    const tmpfs = (mount: string, user: { uid: number; gid: number } | null) =>
      described({ tmpfs: [mount] }, user).HostConfig.Tmpfs
    expect(tmpfs('/data:size=1m', { uid: 5, gid: 6 })).toEqual({ '/data': 'uid=5,gid=6,mode=0700,size=1m' })
    expect(tmpfs('/data', null)).toEqual({ '/data': '' })
    expect(tmpfs('/data:uid=7', { uid: 5, gid: 6 })).toEqual({ '/data': 'uid=7' })
  })

  it('has the health check that is named, in nanoseconds', () => {
    expect(described({ health: { cmd: ['ready', 'a b'], interval: '0.5s', startPeriod: 1 } })).toMatchObject({
      Healthcheck: {
        Test: ['CMD', 'ready', 'a b'],
        Interval: 5e8,
        Timeout: 1e10,
        Retries: 5,
        StartPeriod: 1e9,
      },
    })
    expect(described({ health: { cmd: 'a && b' } })).toMatchObject({
      Healthcheck: { Test: ['CMD-SHELL', 'a && b'] },
    })
  })
})

describe('what a service is ready by', () => {
  const sign = (input: ServiceInput, has: { hasHealthCheck?: boolean; ports?: number[] } = {}) =>
    signOf(serviceSchema.parse({ image: 'a', ...input }), { hasHealthCheck: false, ports: [], ...has }).by

  it('is what it names, else its health check, else a port of its image, else its start', () => {
    const all = { hasHealthCheck: true, ports: [1] }
    expect(sign({ ready: { port: 5 } }, all)).toBe('port')
    expect(sign({ ready: { log: 'x' } }, all)).toBe('log')
    expect(sign({}, all)).toBe('health')
    expect(sign({ health: { cmd: 'x' } }, { ports: [1] })).toBe('health')
    expect(sign({}, { ports: [1] })).toBe('port')
    expect(sign({ ready: { health: true } }, { ports: [1] })).toBe('health')
    expect(sign({})).toBe('start')
  })
})

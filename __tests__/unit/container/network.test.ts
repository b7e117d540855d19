import { describe, expect, it } from 'vitest'
import { canHideMetadata, refuseHostNetwork } from '../../../src/container/network.ts'
import { endpointAt } from '../../../src/engine/transport/connection.ts'
import { failureOf } from '../../support/failures.ts'

describe('refuseHostNetwork (IMG-3)', () => {
  it('refuses host in profile strict', async () => {
    const failure = await failureOf(() => refuseHostNetwork({ network: 'host', profile: 'strict' }))
    expect(failure.code).toBe('ACODE-CTN-011')
    expect(failure.message).toContain('profile: standard')
  })

  it.each([
    { network: 'host', profile: 'standard' },
    { network: 'bridge', profile: 'strict' },
    { network: 'none', profile: 'strict' },
    { network: 'ci_services', profile: 'strict' },
  ] as const)('lets %j through', (spec) => {
    expect(() => refuseHostNetwork(spec)).not.toThrow()
  })
})

describe('canHideMetadata', () => {
  const plain = 'nameserver 10.0.0.2\n'
  it.each([
    ['unix:///var/run/docker.sock', plain],
    ['tcp://127.0.0.1:2375', plain],
    ['tcp://localhost:2375', ''],
    ['unix:///x', 'nameserver 127.0.0.53\nnameserver 168.63.129.16'],
    ['unix:///x', 'nameserver 127.0.0.11\n# ExtServers: [host(127.0.0.53)]'],
  ])('is true for %s, %j', (endpoint, resolvers) => {
    expect(canHideMetadata(endpointAt(endpoint).place, resolvers)).toBe(true)
  })

  it.each([
    ['an engine on another machine', 'tcp://10.0.0.3:2375', plain],
    ['an engine on a machine that is called like this one', 'tcp://localhost.example:2375', plain],
    ['an engine over ssh', 'ssh://docker@127.0.0.1', plain],
    ['a machine that resolves names there', 'unix:///x', 'nameserver 169.254.169.254'],
    ['a machine that resolves names beside it', 'unix:///x', 'nameserver 169.254.169.253'],
    ['a job container whose resolver is the engine', 'unix:///x', 'nameserver 127.0.0.11'],
    [
      'one that says which resolver that asks',
      'unix:///x',
      'nameserver 127.0.0.11\n# ExtServers: [169.254.169.254]',
    ],
  ])('is false for %s', (_what, endpoint, resolvers) => {
    expect(canHideMetadata(endpointAt(endpoint).place, resolvers)).toBe(false)
  })
})

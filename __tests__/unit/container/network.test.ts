import { describe, expect, it } from 'vitest'
import { refuseHostNetwork } from '../../../src/container/network.ts'
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

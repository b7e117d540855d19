import { describe, expect, it } from 'vitest'
import { allowsPrivileged, refusePrivileged } from '../../../src/container/options/profiles.ts'
import { failureOf } from '../../support/failures.ts'

describe('FID-6 ACODE_ALLOW', () => {
  it.each([
    ['privileged', true],
    ['gpus, privileged', true],
    ['privileged:acme/app', true],
    ['privileged:Acme/*', true],
    ['other\nprivileged:*/app', true],
    ['', false],
    ['privileged:', false],
    ['privileged:acme/other', false],
    ['privileged:acme/*x', false],
    ['unprivileged', false],
    ['privileged=true', false],
  ])('%j', (allow, is) => {
    expect(allowsPrivileged(allow, 'acme/App')).toBe(is)
  })
})

describe('FID-6 profile privileged', () => {
  const HERE = { GITHUB_REPOSITORY: 'acme/app', RUNNER_ENVIRONMENT: 'self-hosted' }
  const refusal = (env: NodeJS.ProcessEnv, parent: Parameters<typeof refusePrivileged>[2] = null) =>
    failureOf(() => refusePrivileged({ profile: 'privileged' }, env, parent))
  const worker = (allow: Record<string, string>) => ({
    commandLine: '/runner/bin/Runner.Worker spawnclient 110 113',
    environment: new Map(Object.entries(allow)),
  })

  it('is taken on GitHub’s own machines, and where the owner of the machine says so', () => {
    refusePrivileged({ profile: 'privileged' }, { RUNNER_ENVIRONMENT: 'github-hosted' }, null)
    refusePrivileged({ profile: 'privileged' }, { ...HERE, ACODE_ALLOW: 'privileged:acme/*' }, null)
    refusePrivileged({ profile: 'privileged' }, HERE, worker({ ACODE_ALLOW: 'privileged' }))
    refusePrivileged({ profile: 'standard' }, HERE, null)
  })

  it('is refused elsewhere, with what its owner has to write', async () => {
    const failure = await refusal(HERE)
    expect(failure.code).toBe('ACODE-CTN-011')
    expect(failure.message).toContain('ACODE_ALLOW=privileged, or privileged:acme/app')
  })

  it('is not the workflow’s to allow: the environment of the runner’s own process counts', async () => {
    const failure = await refusal({ ...HERE, ACODE_ALLOW: 'privileged' }, worker({}))
    expect(failure.code).toBe('ACODE-CTN-011')
  })
})

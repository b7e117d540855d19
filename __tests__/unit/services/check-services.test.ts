import { describe, expect, it } from 'vitest'
import { machineServiceProblems, serviceProblems } from '../../../src/services/check-services.ts'
import { type ContainerInput, containerSchema, specOf } from '../../../src/task/contract.ts'

const specWith = (input: ContainerInput) => specOf(containerSchema.parse({ image: 'a', run: 'b', ...input }))
const services = { db: { image: 'c' } }
const found = (input: ContainerInput) =>
  serviceProblems(specWith(input)).map(({ path, error }) => [path.join('.'), error.code])
const machine = {
  env: { RUNNER_ENVIRONMENT: 'self-hosted', GITHUB_REPOSITORY: 'o/r' },
  ...{ knownEndpoint: null, runner: { uid: 1001, gid: 1001 }, workspace: '/nowhere', fileCommands: null },
  ...{ runs: '/nowhere/temp', own: null, secrets: ['GIVEN'] },
}
const onMachine = (input: ContainerInput) =>
  machineServiceProblems(specWith(input), machine).map(
    ({ path, error }) => `${path.join('.')} ${error.message}`,
  )

describe('what is wrong with services, in the plan already (BES-1, FID-2)', () => {
  it.each(['none', 'host', 'bridge'])('is network: %s, on which no name leads to them', (network) => {
    expect(found({ network, services })).toEqual([['network', 'ACODE-CTN-006']])
    expect(found({ network })).toEqual([])
  })

  it.each(['task', 'job', 'backend'])('is not network: %s', (network) => {
    expect(found({ network, services })).toEqual([])
  })

  it('is a mount of what no container may have, or that leads out of the workspace', () => {
    const mounts = [
      { source: '../up', target: '/x' },
      { source: '/var/run/docker.sock', target: '/y' },
    ]
    expect(found({ services: { db: { image: 'c', mounts } } })).toEqual([
      ['services.db.mounts.0.source', 'ACODE-CTN-011'],
      ['services.db.mounts.1.source', 'ACODE-CTN-011'],
    ])
  })

  it('is on the machine: a profile that its owner did not allow, root where strict refuses it, a secret that is not there', () => {
    expect(onMachine({ services: { db: { image: 'c', secrets: ['GIVEN'], user: 'postgres' } } })).toEqual([])
    const all = onMachine({
      services: {
        a: { image: 'c', profile: 'privileged' },
        b: { image: 'c', profile: 'strict', user: 'root' },
        c: { image: 'c', secrets: ['GIVEN', 'OTHER'] },
        d: { image: 'c', mounts: [{ source: 'missing', target: '/x' }] },
      },
    })
    expect(all).toEqual([
      expect.stringMatching(/^services.a.profile Profile privileged is refused/),
      expect.stringMatching(/^services.b.user The service b would run as root/),
      expect.stringMatching(/^services.c.secrets The service c names secrets .*: OTHER\./),
      expect.stringMatching(/^services.d.mounts.0.source /),
    ])
  })
})

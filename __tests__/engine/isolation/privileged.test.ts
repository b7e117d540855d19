import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { jobs } from '../../support/jobs.ts'
import { messages } from '../../support/runner.ts'

const image = imageName.base
const ALLOWED = { env: { ACODE_ALLOW: 'privileged:octo-org/*' } }
const SOCKET = (process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock').replace('unix://', '')
/** What only a task can have that is as good as root on the machine. */
const OPEN = {
  image,
  user: 'root',
  profile: 'privileged',
  options: '--pid host --cap-add SYS_ADMIN --security-opt seccomp=unconfined --device /dev/null:/dev/other',
  mounts: `${SOCKET}:/engine.sock\n/dev:/machine-dev`,
  run: `test -S /engine.sock && test -c /machine-dev/null && test -c /dev/other
    grep -E 'CapEff|NoNewPrivs|Seccomp:' /proc/self/status; ls -d /proc/${process.pid}`,
}

describe('FID-6 profile privileged', () => {
  const newJob = jobs()

  it('takes what isolation refuses, where the machine’s owner or GitHub lets it', async () => {
    for (const options of [ALLOWED, { runner: { RUNNER_ENVIRONMENT: 'github-hosted' } }]) {
      const step = await (await newJob(options)).uses(OPEN)
      expect(step.outputs.status, step.output).toBe('succeeded')
      const [, effective = '0'] = /^CapEff:\s+(\w+)$/m.exec(step.output) ?? []
      expect(BigInt(`0x${effective}`) & (1n << 21n)).not.toBe(0n)
      expect(step.output).toMatch(/^NoNewPrivs:\s+0$/m)
      expect(step.output).toMatch(/^Seccomp:\s+0$/m)
      expect(step.lines).toContain(`/proc/${process.pid}`)
    }
  })

  it('is refused on other machines, beside all else that is wrong', async () => {
    const step = await (await newJob({ env: { ACODE_ALLOW: 'privileged:other/*' } })).uses({
      ...OPEN,
      mounts: 'missing:/x',
      'pids-limit': '0',
    })
    expect(step.outputs).toMatchObject({ status: 'error', 'error-code': 'ACODE-CTN-011' })
    expect(step.outputs['container-id']).toBe('')
    const [message = ''] = messages(step, 'error')
    expect(message).toContain('ACODE_ALLOW=privileged, or privileged:octo-org/octo-repo')
    expect(message).toContain('The mount source missing is not there')
    expect(message).toContain('input pids-limit')
  })
})

describe('FID-6 profile standard', () => {
  const newJob = jobs()

  it('takes capabilities that act inside of the container', async () => {
    const step = await (await newJob()).uses({
      image,
      user: 'root',
      profile: 'standard',
      options: '--cap-add NET_ADMIN --cap-add SYS_PTRACE',
      run: 'ip link set dev lo down && ip link show lo; grep CapEff /proc/self/status',
    })
    expect(step.outputs.status, step.output).toBe('succeeded')
    const [, effective = '0'] = /^CapEff:\s+(\w+)$/m.exec(step.output) ?? []
    expect(BigInt(`0x${effective}`) & (1n << 12n)).not.toBe(0n)
    expect(BigInt(`0x${effective}`) & (1n << 19n)).not.toBe(0n)
  })
})

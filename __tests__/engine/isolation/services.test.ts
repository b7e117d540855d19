import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { docker, imageName } from '../../support/engine.ts'
import { startEngine } from '../../support/remote-engine.ts'
import { TaskJob } from '../../support/task-job.ts'

const base = { image: imageName.base, workspace: 'none', upload: 'never' }
const ask = (address: string) => `until nc -w 1 ${address} 8000 </dev/null | grep reached; do sleep 0.1; done`

describe('docs/guides/services.md', () => {
  it('a service of the job is reached by name on its network, and by the port that it publishes (SEE-4, RNR-5)', async () => {
    const { dockerHost } = await startEngine({ images: [imageName.base], networks: 'default' })
    const on = (...args: string[]) => docker('--host', dockerHost, ...args)
    await on('network', 'create', 'of-the-job')
    const service = [
      '--network',
      'of-the-job',
      '--network-alias',
      'db',
      '--publish',
      '8000:8000',
      '--stop-signal',
      'KILL',
    ]
    await on(
      'run',
      '--detach',
      ...service,
      imageName.base,
      'nc',
      '-ll',
      '-p',
      '8000',
      '-e',
      'echo',
      'reached',
    )

    const { job } = await TaskJob.create({ env: { DOCKER_HOST: dockerHost }, network: 'of-the-job' })
    const byName = await job.uses({ ...base, network: 'job', timeout: '20s', run: ask('db') })
    expect(byName.lines, byName.log).toContain('reached')

    const none = await job.uses({ ...base, network: 'job', 'job-network': ' ', run: 'true' })
    expect(none.outputs['error-code'], none.log).toBe('ACODE-CTN-006')

    const [, options = ''] =
      /options: (--add-host .*)/.exec(readFileSync('docs/guides/services.md', 'utf8')) ?? []
    const byPort = await job.uses({ ...base, options, timeout: '20s', run: ask('host.docker.internal') })
    expect(byPort.lines, byPort.log).toContain('reached')
  })
})

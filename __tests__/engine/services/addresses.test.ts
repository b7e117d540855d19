import { describe, expect, it } from 'vitest'
import { docker, imageName } from '../../support/engine.ts'
import { HOLD } from '../../support/held-task.ts'
import { recordOf } from '../../support/record.ts'
import { startEngine } from '../../support/remote-engine.ts'
import { TaskJob } from '../../support/task-job.ts'

const base = { image: imageName.base, workspace: 'none', upload: 'never' }
const services = `db: { image: '${imageName.base}', command: [nc, -ll, -p, '80', -e, echo, reached], ready: { port: 80 } }`

describe('BES-1 services on an engine whose addresses are used up', () => {
  it('wait for the network of another task, with progress; when none will be freed, the error says so', async () => {
    // The engine's own bridge has one of the two networks.
    const { dockerHost } = await startEngine({
      images: [imageName.base],
      networks: { pool: 'base=10.199.0.0/27,size=28' },
    })
    const { job, session } = await TaskJob.create({ env: { DOCKER_HOST: dockerHost } })
    const on = (...args: string[]) => docker('--host', dockerHost, ...args)
    const held = job.start({ ...base, 'task-id': 'holder', run: HOLD })
    await held.sees(/^task is held/m)
    // One that fails by itself does not wait.
    const refused = await job.uses({
      ...{ ...base, 'task-id': 'refused', services, run: 'true' },
      'allowed-images': 'other/*',
    })
    expect((await recordOf(refused)).error?.code).toBe('ACODE-CTN-011')
    const waiting = job.start({ ...base, 'task-id': 'waiter', services, run: 'nc db 80 </dev/null' })
    await waiting.sees(/^Waiting for addresses of the engine: 1 other task holds networks/m)
    await on('exec', `acode-${session}-holder`, 'sh', '-c', 'echo >/tmp/held')
    await held.result
    const step = await waiting.result
    expect(step.lines, step.log).toContain('reached')

    await on('network', 'create', 'of-somebody-else')
    const failed = await job.uses({ ...base, 'task-id': 'none', services, run: 'true' })
    const { error } = await recordOf(failed)
    expect(error?.code).toBe('ACODE-CTN-003')
    expect(error?.message).toMatch(
      /no addresses left for the network that services or egress need, and no other task has any/,
    )
    expect(await on('ps', '--all', '--quiet')).toBe('')
  })
})

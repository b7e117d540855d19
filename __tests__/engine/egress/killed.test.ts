import { describe, expect, it } from 'vitest'
import { IN_TASK } from '../../support/egress/in-task.ts'
import { HOSTS, internet } from '../../support/egress/internet.ts'
import { docker, networks } from '../../support/engine.ts'
import { TaskJob } from '../../support/task-job.ts'

const NODE = 'node:22-slim'
const base = { workspace: 'none', upload: 'never', timeout: '60s' }
const inNode = { ...base, image: NODE, shell: 'node {0}' }

describe('a task with a list of egress (BES-2)', () => {
  it('has a proxy that no other task reaches, and that ends with main', async () => {
    const { env } = await internet()
    const [one, two] = await Promise.all([TaskJob.create(), TaskJob.create()])
    const running = one.job.start(
      {
        ...base,
        image: NODE,
        egress: HOSTS.allowed,
        guard: 'false',
        run: 'echo "proxy $HTTP_PROXY"; sleep 300',
      },
      { env },
    )
    await running.sees(/^proxy http:\S+$/m)
    const [, url = ''] = /^proxy (http:\S+)$/m.exec(running.output()) ?? []
    const ask = `http.get({ host: '${new URL(url).hostname}', port: ${new URL(url).port}, path: 'http://${HOSTS.allowed}/', agent: false }, (answer) => console.log('status ' + answer.statusCode)).on('error', (error) => console.log('error ' + error.code))`
    const inOne = async () =>
      docker('exec', (await one.container()).id, 'node', '-e', `const http = require('node:http'); ${ask}`)
    expect(await inOne()).toBe('status 200')
    const stranger = await two.job.uses({ ...inNode, run: `${IN_TASK}${ask}` })
    expect(stranger.output, stranger.log).toMatch(/^error ECONNRESET/m)
    await running.kill('SIGKILL')
    expect(await inOne()).toBe('error ECONNREFUSED')
    await (await running.result).post()
    expect(await networks(`label=acode.session=${one.session}`)).toEqual([])
  })
})

import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { messages } from '../../support/runner.ts'
import { TaskJob } from '../../support/task-job.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const PASSWORD = 'pass-of-the-proxy'
const RUN = 'env | grep -i _proxy | sort; echo end'

/** A machine whose Docker has a proxy with a password, and whose runner has another. */
async function proxied() {
  const DOCKER_CONFIG = temporaryFolder()
  const proxies = { default: { httpProxy: `http://me:${PASSWORD}@of-docker:1`, noProxy: 'x' } }
  writeFileSync(path.join(DOCKER_CONFIG, 'config.json'), JSON.stringify({ proxies }))
  const runner = { HTTPS_PROXY: 'http://of-runner:2', no_proxy: 'y' }
  return TaskJob.create({ env: { DOCKER_CONFIG, ...runner } })
}

const INPUTS = { image: imageName.base, workspace: 'none', network: 'none', run: RUN }

describe('FID-3 the task’s proxies', () => {
  it.each([
    ['', ['HTTP_PROXY', 'NO_PROXY'], true],
    ['config', ['HTTP_PROXY', 'NO_PROXY'], false],
    ['runner', ['HTTPS_PROXY', 'NO_PROXY'], false],
    ['none', [], false],
  ])('proxy: %j', async (proxy, names, isTold) => {
    const { job } = await proxied()
    const step = await job.uses({ ...INPUTS, proxy })
    expect(step.outputs.status, step.output).toBe('succeeded')
    const found = step.lines.filter((line) => /^\w+=/.test(line)).map((line) => line.replace(/=.*/, ''))
    expect(found.sort()).toEqual([...names, ...names.map((name) => name.toLowerCase())].sort())
    expect(step.log).not.toContain(PASSWORD)
    expect(messages(step, 'notice').join().includes('proxy: none')).toBe(isTold)
  })

  it('are the task’s own to set', async () => {
    const { job } = await proxied()
    const step = await job.uses({ ...INPUTS, proxy: 'none', env: 'HTTP_PROXY=http://own' })
    expect(step.lines, step.output).toContain('HTTP_PROXY=http://own')
    expect(step.output).not.toContain('http_proxy=')
  })
})

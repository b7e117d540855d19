import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { recordDockerCalls } from '../../support/docker-calls.ts'
import { dockerTry, imageName } from '../../support/engine.ts'
import { HOLD, whileHeld } from '../../support/held-task.ts'
import { recordOf } from '../../support/record.ts'
import { type Fault, registryGate } from '../../support/registry-gate.ts'
import { TaskJob } from '../../support/task-job.ts'

const PASSWORD = 'pa:ss=wo rd>4711?'
const LOGIN = `ada:${PASSWORD}`
const base = { run: 'echo ran', network: 'none', workspace: 'bind' }
/** What gives the password away, alone and as registries and the engine's API are sent it. */
const GIVEAWAYS = [
  PASSWORD,
  Buffer.from(LOGIN).toString('base64'),
  Buffer.from(PASSWORD).toString('base64').slice(0, 20),
]

/** All that is in the files below a folder. */
const contentOf = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')

describe('IMX-2 registries', () => {
  it('logs in for this run alone, and the password is nowhere', async () => {
    const registry = await registryGate(LOGIN)
    const image = `${registry.host}/${imageName.pulled}`
    const task = await TaskJob.create({ runner: { RUNNER_DEBUG: '1' } })
    const shim = recordDockerCalls(task.job.layout.root)
    const inputs = {
      ...base,
      image,
      run: `env; ${HOLD}`,
      registries: `quay.io=x:y12\n${registry.host}=${LOGIN}`,
    }
    const running = task.job.start(inputs, { env: shim.env })
    const { looked, step } = await whileHeld(running, ({ json }) => ({
      json,
      files: contentOf(task.job.temp),
    }))
    const post = await step.post()
    await dockerTry('rmi', image)
    expect(step.outputs.status, step.log).toBe('succeeded')
    const calls = shim.calls()
    // INPUT_REGISTRIES is what the runner itself gives the step.
    const given = calls.map(({ args, env }) => [
      args,
      [...env].filter(([name]) => name !== 'INPUT_REGISTRIES'),
    ])
    const uploaded = [...task.artifacts.artifacts.values()].flatMap(({ files }) =>
      [...files.values()].map(String),
    )
    const places = {
      ...{ log: step.log, debug: step.debug.join('\n'), summary: step.summary, post: post.log },
      ...{ record: JSON.stringify(await recordOf(step)), uploaded: uploaded.join('\n') },
      ...{ engine: JSON.stringify(looked.json), files: looked.files, calls: JSON.stringify(given) },
      left: contentOf(task.job.temp),
    }
    for (const [place, text] of Object.entries(places))
      expect({ place, found: GIVEAWAYS.filter((one) => text.includes(one)) }).toEqual({ place, found: [] })
    await task.expectNothingLeft()
  })

  it.each([
    ['no login', undefined],
    ['the password of another', 'ada:wrong-password'],
  ])('fails with ACODE-CTN-004 with %s, and says what is denied', async (_what, login) => {
    const registry = await registryGate(LOGIN)
    const image = `${registry.host}/${imageName.pulled}`
    const { job } = await TaskJob.create()
    const registries = login === undefined ? {} : { registries: `${registry.host}=${login}` }
    const step = await job.uses({ ...base, image, ...registries })
    expect(step.outputs['error-code']).toBe('ACODE-CTN-004')
    expect((await recordOf(step)).error?.message).toMatch(
      /(unauthorized|no basic auth credentials).*registries/i,
    )
  })
})

describe('RUN-6 a registry with faults', () => {
  it('that has too many requests is asked again', async () => {
    let refused = 0
    // The engine itself asks twice.
    const atFirst: Fault = ({ url }, answer) => {
      if (refused === 2 || !url?.includes('/manifests/')) return false
      refused++
      answer.writeHead(429, { 'Content-Type': 'application/json' })
      answer.end('{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}')
      return true
    }
    const registry = await registryGate(null, atFirst)
    const image = `${registry.host}/${imageName.pulled}`
    const { job } = await TaskJob.create()
    const step = await job.uses({ ...base, image })
    await dockerTry('rmi', image)
    expect(step.outputs.status, step.log).toBe('succeeded')
    expect(refused).toBe(2)
    expect(step.log).toMatch(/trying again in 1 s \(1 of 2\)/)
  })
})

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { dockerTry, imageName } from '../support/engine.ts'
import { jobs } from '../support/jobs.ts'
import { recordOf } from '../support/record.ts'
import { registryGate } from '../support/registry-gate.ts'
import { type Inputs, type Job, messages } from '../support/runner.ts'

const PASSWORD = 'pa:ss=wo rd>4711?'
const LOCK = '.github/images.lock'
const matrix = z.object({ include: z.array(z.object({ task: z.string() })) })

describe('IMX-3 lock', () => {
  const newJob = jobs()
  const plan = (job: Job, inputs: Inputs) => job.uses(inputs, { action: './plan' })

  it('writes the digests of a private registry, and tasks run by them wherever the tag goes', async () => {
    let moved = false
    const registry = await registryGate(`ada:${PASSWORD}`, ({ method, url }, answer) => {
      if (!moved || method !== 'HEAD' || !url?.endsWith('/manifests/1')) return false
      answer.writeHead(200, { 'Docker-Content-Digest': `sha256:${'0'.repeat(64)}` }).end()
      return true
    })
    const image = `${registry.host}/${imageName.pulled}`
    const registries = `${registry.host}=ada:${PASSWORD}`
    const job = await newJob()
    mkdirSync(join(job.workspace, '.github'))
    writeFileSync(
      join(job.workspace, '.github/tasks.yml'),
      `[{ id: one, container: { image: "${image}", run: echo ran, network: none, workspace: none } }]`,
    )
    const denied = await plan(job, { lock: 'write' })
    expect(messages(denied, 'error').join()).toMatch(/image is not locked: .*denied.* log in/)

    const written = await plan(job, { lock: 'write', registries })
    expect(written.failed, written.log).toBe(false)
    expect(written.outputs['lock-changed']).toBe('true')
    expect(written.log).not.toContain(PASSWORD)
    expect(registry.requests.filter((one) => one.includes('/blobs/'))).toEqual([])
    const digest = /sha256:[0-9a-f]{64}/.exec(readFileSync(join(job.workspace, LOCK), 'utf8'))?.[0]

    moved = true
    const used = await plan(job, { 'require-digest': 'true' })
    expect(used.failed, used.log).toBe(false)
    const task = matrix.parse(JSON.parse(used.outputs.matrix ?? '')).include[0]?.task ?? ''
    const step = await job.uses({ task, registries, 'require-digest': 'true', upload: 'never' })
    await dockerTry('rmi', `${image.replace(/:1$/, '')}@${digest}`)
    expect(step.outputs['image-digest'], step.log).toBe(digest)
    expect((await recordOf(step)).container.image).toBe(`${image}@${digest}`)

    const checked = await plan(job, { lock: 'check', registries })
    expect(messages(checked, 'error').join()).toMatch(
      /tasks\[0\]\.container\.image is not locked: .* has moved: .*lock: write/,
    )
  })
})

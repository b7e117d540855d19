import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { docker, imageName } from '../../support/engine.ts'
import { jobs } from '../../support/jobs.ts'
import { recordOf } from '../../support/record.ts'
import { messages } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'

describe('the image of a task', () => {
  const newJob = jobs()

  it.each(
    someOf(
      [
        ['node@22', 'node:22-slim', 'node -p 1+1'],
        ['python@3.13', 'python:3.13-slim', 'python -c "print(1+1)"'],
      ],
      1,
    ),
  )('CTN-8 of the toolchain %s is %s, from the catalog', async (toolchain, image, run) => {
    const step = await (await newJob()).uses({ toolchain, run })
    expect(step.lines).toContain('2')
    expect(step.outputs.image).toBe(image)
    expect((await recordOf(step)).toolchain).toEqual({
      requested: toolchain,
      resolved: toolchain,
      image,
      source: 'catalog',
    })
  })

  it('CTN-8 IMX-1 is the one that the repository asks for, with the line that says so', async () => {
    const job = await newJob()
    mkdirSync(path.join(job.workspace, 'app'))
    writeFileSync(path.join(job.workspace, 'app/.nvmrc'), '22\n')
    writeFileSync(path.join(job.workspace, 'package.json'), '{"engines":{"node":">=20"}}')
    for (const toolchain of ['auto', 'node']) {
      const step = await job.uses({ toolchain, run: 'node -p 1+1', 'working-directory': 'app' })
      expect(step.lines).toContain('2')
      expect((await recordOf(step)).toolchain).toEqual({
        requested: toolchain,
        resolved: 'node@22',
        image: 'node:22-slim',
        source: 'app/.nvmrc:1, package.json:1',
      })
    }
  })

  it('CTN-8 IMX-1 is an error where the repository contradicts itself, and nothing is pulled', async () => {
    const job = await newJob()
    writeFileSync(path.join(job.workspace, '.nvmrc'), '20\n')
    writeFileSync(path.join(job.workspace, 'package.json'), '{"engines":{"node":">=22"}}')
    const step = await job.uses({ toolchain: 'auto', run: 'true' })
    expect(step.outputs['error-code']).toBe('ACODE-CTN-006')
    expect(messages(step, 'error').join()).toContain('.nvmrc:1 (20) and package.json:1 (node: >=22)')
  })

  it.each([
    ['the default file', '.github/toolchains.yml', {}],
    ['a file that the step names', 'ci/images.yml', { 'toolchains-file': 'ci/images.yml' }],
  ])('CTN-8 is the one that %s has for the toolchain', async (_, file, inputs) => {
    const job = await newJob()
    mkdirSync(path.join(job.workspace, path.dirname(file)), { recursive: true })
    const text =
      'node: acode-test/base:{version}\nunity: { image: "acode-test/user:{version}", version: 1 }\n'
    writeFileSync(path.join(job.workspace, file), text)
    const node = await job.uses({ toolchain: 'node@1', run: 'true', ...inputs })
    expect(await recordOf(node)).toMatchObject({
      toolchain: { resolved: 'node@1', image: imageName.base, source: file },
      container: { image: imageName.base },
    })
    const unity = await job.uses({ toolchain: 'unity', run: 'true', ...inputs })
    expect((await recordOf(unity)).toolchain?.image).toBe(imageName.user)
  })

  it.each([
    ['is not there', undefined, 'cannot be read'],
    ['is no map', '- node', 'is not valid'],
  ])('CTN-8 a toolchains file that %s is an error', async (_, text, message) => {
    const job = await newJob()
    if (text !== undefined) writeFileSync(path.join(job.workspace, 'tools.yml'), text)
    const step = await job.uses({ toolchain: 'node@22', run: 'true', 'toolchains-file': 'tools.yml' })
    expect(step.outputs).toMatchObject({ status: 'error', 'error-code': 'ACODE-CTN-006' })
    expect(messages(step, 'error')[0]).toContain(message)
  })

  it('RUN-4 is whatever the task names, through the same path', async () => {
    const other = 'acode-test/unity-editor:ubuntu-2024.1f1-linux-il2cpp'
    await docker('tag', imageName.entry, other)
    try {
      const step = await (await newJob()).uses({ image: other, command: '[echo, built]' })
      expect(step.lines).toEqual(expect.arrayContaining(['entry: echo built', 'built']))
      expect(await recordOf(step)).toMatchObject({ status: 'succeeded', toolchain: null })
    } finally {
      await docker('rmi', other)
    }
  })

  it('RUN-4 may be named by its digest', async () => {
    const digests = await docker('image', 'inspect', '--format', '{{index .RepoDigests 0}}', imageName.base)
    const step = await (await newJob()).uses({ image: digests, run: 'true' })
    expect(step.outputs['image-digest']).toBe(digests.split('@')[1])
  })
})

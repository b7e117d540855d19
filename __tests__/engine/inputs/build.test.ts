import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { docker, dockerTry, imageName } from '../../support/engine.ts'
import { recordOf } from '../../support/record.ts'
import { registryGate } from '../../support/registry-gate.ts'
import { TaskJob } from '../../support/task-job.ts'

const base = { network: 'none', workspace: 'bind', profile: 'strict' }

/** A job whose workspace has these files in `image`. What it builds goes when the test is over. */
async function jobWith(files: Readonly<Record<string, string>>) {
  const task = await TaskJob.create()
  const folder = path.join(task.job.workspace, 'image')
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text)
  const uses = async (inputs: Readonly<Record<string, string>>) => {
    const step = await task.job.uses({ ...base, build: 'image', ...inputs })
    const { image } = step.outputs
    if (image?.startsWith('acode-build:'))
      onTestFinished(async () => void (await dockerTry('rmi', '--force', image)))
    return step
  }
  return { task, uses, folder }
}

describe('IMG-1 build', () => {
  it('makes the image of a stage, with arguments, and not again where nothing has changed', async () => {
    const { uses, folder } = await jobWith({
      'test.Dockerfile': `
FROM ${imageName.base} AS first
ARG WORD
COPY data /data
RUN echo "$WORD" >/word
FROM first AS second
RUN false
`,
      data: 'one',
    })
    const inputs = {
      dockerfile: 'test.Dockerfile',
      'build-target': 'first',
      'build-args': 'WORD=a b=c',
      run: 'cat /word /data',
    }
    const first = await uses(inputs)
    expect(first.output, first.log).toContain('\na b=c\none')
    expect(first.outputs.image).toMatch(/^acode-build:[0-9a-f]{16}$/)
    const again = await uses(inputs)
    expect(again.outputs['image-digest']).toBe(first.outputs['image-digest'])
    writeFileSync(path.join(folder, 'data'), 'two')
    const changed = await uses(inputs)
    expect(changed.output).toContain('\na b=c\ntwo')
    expect(changed.outputs.image).toBe(first.outputs.image)
    expect(await docker('image', 'inspect', '--format', '{{.Id}}', changed.outputs.image ?? '')).toBe(
      changed.outputs['image-digest'],
    )
  })

  it.each([
    [
      'a step that fails',
      `FROM ${imageName.base}\nLABEL acode-test.build=failing\nRUN echo why; exit 3\n`,
      /could not be built: .*exit 3/,
    ],
    ['no Dockerfile', null, /There is no image\/Dockerfile below/],
  ])('with %s is an error that says so', async (_what, dockerfile, message) => {
    const { uses } = await jobWith(dockerfile === null ? {} : { Dockerfile: dockerfile })
    const step = await uses({ run: 'true' })
    const { error } = await recordOf(step)
    expect(error?.code).toBe(dockerfile === null ? 'ACODE-CTN-006' : 'ACODE-CTN-004')
    expect(error?.message).toMatch(message)
    expect(await docker('ps', '--all', '--quiet', '--filter', 'label=acode-test.build=failing')).toBe('')
  })

  it.each([
    ['Dockerfile', 'image/Dockerfile'],
    ['context', 'image'],
  ])('is refused where the %s is a link out of the workspace', async (_what, link) => {
    const { task, uses } = await jobWith({})
    const place = path.join(task.job.workspace, link)
    rmSync(place, { recursive: true, force: true })
    symlinkSync('/etc', place)
    const step = await uses({ run: 'true' })
    expect(step.outputs['error-code'], step.log).toBe('ACODE-CTN-011')
  })

  it('is refused where a policy bounds images', async () => {
    const { uses } = await jobWith({ Dockerfile: `FROM ${imageName.base}\n` })
    const step = await uses({ run: 'true', 'allowed-images': '*' })
    expect(step.outputs['error-code'], step.log).toBe('ACODE-CTN-011')
  })

  it('IMX-2 pulls what it builds from with logins of this run, which are gone with it', async () => {
    const login = 'ada:pa:ss=wo rd>4711?'
    const registry = await registryGate(login)
    const from = `${registry.host}/${imageName.pulled}`
    const { task, uses } = await jobWith({ Dockerfile: `FROM ${from}\n` })
    const step = await uses({ run: 'echo ran', registries: `${registry.host}=${login}` })
    await dockerTry('rmi', from)
    expect(step.outputs.status, step.log).toBe('succeeded')
    await task.expectNothingLeft()
  })
})

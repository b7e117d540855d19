import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { buildKitEnv } from '../../support/build-kit.ts'
import { docker, dockerTry, imageName } from '../../support/engine.ts'
import { EngineGate, REQUEST } from '../../support/engine-gate.ts'
import { recordOf } from '../../support/record.ts'
import { registryGate } from '../../support/registry-gate.ts'
import { messages } from '../../support/runner.ts'
import { TaskJob } from '../../support/task-job.ts'

const LOGIN = 'ada:pa:ss=wo rd>4711?'
const base = { network: 'none', workspace: 'bind', profile: 'strict' }

/** A job whose workspace has these files in `image`. What it builds goes when the test is over. */
async function jobWith(files: Readonly<Record<string, string>>) {
  const task = await TaskJob.create()
  const folder = path.join(task.job.workspace, 'image')
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text)
  const uses = async (
    inputs: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>> = {},
  ) => {
    const step = await task.job.uses({ ...base, build: 'image', ...inputs }, { env })
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

  it('of one recipe by two tasks at once gives each its own image', async () => {
    const [one, other] = await Promise.all(
      ['one', 'other'].map((word) =>
        jobWith({ Dockerfile: `FROM ${imageName.base}\nRUN echo ${word} ${randomUUID()} >/word\n` }),
      ),
    )
    const [gate, otherGate] = [await EngineGate.start(), await EngineGate.start()]
    const inputs = { ...base, build: 'image', run: 'cat /word' }
    // The one has its image checked, and is about to name it; the other's check is at work.
    const naming = gate.hold(REQUEST.imageTag)
    const first = one?.task.job.start(inputs, { env: gate.env })
    if (first === undefined || other === undefined) throw new Error('there are two jobs')
    await naming.reachedBy(first)
    const checking = otherGate.hold(REQUEST.start, 'after')
    const second = other.task.job.start(inputs, { env: otherGate.env })
    await checking.reachedBy(second)
    naming.open()
    const ended = await first.result
    checking.open()
    const otherEnded = await second.result
    onTestFinished(async () => void (await dockerTry('rmi', '--force', ended.outputs.image ?? '')))
    expect(ended.output, ended.log).toMatch(/^one /m)
    expect(otherEnded.output, otherEnded.log).toMatch(/^other /m)
    await one?.task.expectNothingLeft()
    await other.task.expectNothingLeft()
  })

  it('IMX-2 pulls what it builds from with logins of this run, which are gone with it', async () => {
    const registry = await registryGate(LOGIN)
    const from = `${registry.host}/${imageName.pulled}`
    const { task, uses } = await jobWith({ Dockerfile: `FROM ${from}\n` })
    const step = await uses({ run: 'echo ran', registries: `${registry.host}=${LOGIN}` })
    await dockerTry('rmi', from)
    expect(step.outputs.status, step.log).toBe('succeeded')
    const post = await step.post()
    const history = await docker('history', '--no-trunc', step.outputs.image ?? '')
    const said = [step.log, post.log, step.summary, history, JSON.stringify(await recordOf(step))].join('\n')
    for (const part of [LOGIN.slice(4), Buffer.from(LOGIN).toString('base64')])
      expect(said).not.toContain(part)
    await task.expectNothingLeft()
  })

  it.each([
    ['the classic builder', () => ({ DOCKER_BUILDKIT: '0' })],
    ['BuildKit', buildKitEnv],
  ])('with %s begins with the layers that a registry has, and leaves its own there', async (name, envIn) => {
    const registry = await registryGate(LOGIN)
    const cache = `${registry.host}/acode-test/cache-${name === 'BuildKit' ? 'kit' : 'classic'}:1`
    const { task, uses } = await jobWith({
      // What differs each time is in no layer that an earlier test has left.
      Dockerfile: `FROM ${imageName.base}\nRUN echo ${randomUUID()} && date +%s.%N >/made\nENTRYPOINT []\n`,
    })
    const env = envIn(path.join(task.job.layout.root, 'builder'))
    const inputs = {
      ...{ run: 'cat /made', registries: `${registry.host}=${LOGIN}` },
      'build-cache': `registry=${cache}`,
    }
    const first = await uses(inputs, env)
    expect(first.outputs.status, first.log).toBe('succeeded')
    expect(first.log).toContain(`(${name === 'BuildKit' ? name : 'classic builder'})`)
    expect(messages(first, 'warning')).toEqual([])
    // As on another machine: nothing of it is left here.
    await dockerTry('rmi', '--force', first.outputs.image ?? '', cache)
    await dockerTry('builder', 'prune', '--force')
    const again = await uses(inputs, env)
    expect(again.outputs.status, again.log).toBe('succeeded')
    expect(/^\d+\.\d+$/m.exec(again.output)?.[0]).toBe(/^\d+\.\d+$/m.exec(first.output)?.[0])
    expect(again.log).toMatch(name === 'BuildKit' ? /CACHED/ : /Using cache/)
    const third = await uses(inputs, env)
    expect(third.outputs['image-digest']).toBe(again.outputs['image-digest'])
    await dockerTry('rmi', '--force', cache)
    await task.expectNothingLeft()
  })

  it('says so where a cache cannot be used or written, and goes on', async () => {
    const { uses } = await jobWith({ Dockerfile: `FROM ${imageName.base}\n` })
    const classic = { DOCKER_BUILDKIT: '0' }
    const actions = await uses({ run: 'true', 'build-cache': 'gha' }, classic)
    expect(messages(actions, 'warning'), actions.log).toEqual([expect.stringMatching(/gha is not used/)])
    const registry = await registryGate(LOGIN)
    const cache = `${registry.host}/acode-test/denied:1`
    const denied = await uses({ run: 'true', 'build-cache': `registry=${cache}` }, classic)
    await dockerTry('rmi', '--force', cache)
    expect(messages(denied, 'warning'), denied.log).toEqual([
      expect.stringMatching(/could not be kept in build-cache .*registries a login/),
    ])
    expect([actions, denied].map(({ outputs }) => outputs.status)).toEqual(['succeeded', 'succeeded'])
  })

  it('IMX-2 mounts secrets with BuildKit, which are in no layer', async () => {
    const { task, uses } = await jobWith({
      Dockerfile: `FROM ${imageName.base}\nRUN --mount=type=secret,id=NPM_TOKEN wc -c </run/secrets/NPM_TOKEN >/length\n`,
    })
    const env = buildKitEnv(path.join(task.job.layout.root, 'builder'))
    const step = await uses({ run: 'cat /length', 'build-secrets': 'NPM_TOKEN=not-to-be-seen' }, env)
    expect(step.output, step.log).toContain('14\n')
    expect(step.log).not.toContain('not-to-be-seen')
    const history = await docker('history', '--no-trunc', step.outputs.image ?? '')
    expect(history).not.toContain('not-to-be-seen')
    await task.expectNothingLeft()
  })
})

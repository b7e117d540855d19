import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildKitEnvironment, removedLater } from '../../support/derived-images.ts'
import { imageName } from '../../support/engine.ts'
import { archiveOf, featureFiles, fileEntry, publishFeature, tarOf } from '../../support/features.ts'
import { jobs } from '../../support/jobs.ts'
import { recordOf } from '../../support/record.ts'
import { registryGate } from '../../support/registry-gate.ts'
import type { StepResult } from '../../support/runner.ts'

const registry = process.env.ACODE_TEST_REGISTRY ?? ''
const base = { toolchain: 'devcontainer', network: 'none', workspace: 'bind' }

/** A script that makes a program of a feature, which prints what it was installed with. */
const installing = (name: string, word: string) =>
  `#!/bin/sh
echo "installing ${name}"
printf '#!/bin/sh\\necho "%s"\\n' "${name} ${word} $VERSION for $_REMOTE_USER in $_REMOTE_USER_HOME" >/bin/${name}
chmod 755 /bin/${name}
cat lib/words
`

/** Publishes a feature, and gives its reference. */
async function published(
  about: { id: string } & Record<string, unknown>,
  install: string,
  repository: string,
) {
  const at = `${registry}/${repository}/${about.id}:1`
  const archive = await archiveOf({ ...featureFiles(about, install), 'lib/words': `words of ${about.id}\n` })
  return { at, digest: await publishFeature(at, archive) }
}

describe('IMX-1 features of a development container', () => {
  const newJob = jobs()
  const own = () => `features-${randomUUID()}`

  /** A job whose checkout describes a container with features. */
  async function jobWith(features: object, more: object = {}) {
    const job = await newJob()
    mkdirSync(path.join(job.workspace, '.devcontainer'))
    const description = { image: imageName.user, remoteUser: 'app', features, ...more }
    writeFileSync(path.join(job.workspace, '.devcontainer/devcontainer.json'), JSON.stringify(description))
    return job
  }

  it.each([
    ['the classic builder', async () => ({ DOCKER_BUILDKIT: '0' })],
    ['BuildKit', buildKitEnvironment],
  ])('are layers that are made once, by %s', async (_, environment) => {
    const env: Record<string, string> = await environment()
    const repository = own()
    const word = randomUUID()
    const tool = await published(
      {
        id: 'tool',
        options: { version: { default: '1' } },
        containerEnv: { TOOL: `\${containerEnv:NONE:it's "x"}\${localEnv:NONE:$}:\${PATH}:/tool` },
      },
      installing('tool', word),
      repository,
    )
    const greeter = await published(
      {
        id: 'greeter',
        dependsOn: { [tool.at]: { version: '7' } },
        postCreateCommand: 'greeter',
        privileged: true,
      },
      `#!/bin/sh\ntool\n${installing('greeter', word)}`,
      repository,
    )
    const job = await jobWith({ './mine': {}, [greeter.at]: 'x' })
    const mine = path.join(job.workspace, '.devcontainer/mine')
    mkdirSync(mine)
    for (const [name, text] of Object.entries(
      featureFiles({ id: 'mine', installsAfter: [greeter.at] }, '#!/bin/sh\n'),
    ))
      writeFileSync(
        path.join(mine, name),
        name === 'install.sh' ? `${text}echo mine >/mine; greeter\n` : text,
      )
    const inputs = { ...base, run: 'tool; cat /mine; echo "$TOOL"; ls -d /acode-feature || id -un' }
    const uses = async () => removedLater(await job.uses(inputs, { env }))
    const first = await uses()
    expect(first.outputs.status, first.log).toBe('succeeded')
    const prints = `${word} 7 for app in /home/app`
    const lines = [
      'installing tool',
      'words of tool',
      `tool ${prints}`,
      `greeter ${word} x for app in /home/app`,
    ]
    expect(first.lines).toEqual(expect.arrayContaining([...lines, 'mine', 'app']))
    expect(first.lines.join('\n')).toMatch(/^it's "x"\$:\/.*:\/tool$/m)
    expect(first.log).toContain('privileged of greeter')
    const again = await uses()
    expect(again.lines).not.toContain('installing tool')
    expect(again.outputs['image-digest']).toBe(first.outputs['image-digest'])
    const made = await Promise.all([first, again].map(async (step) => (await recordOf(step)).made ?? []))
    expect(made.map(([one]) => one?.isBuilt)).toEqual([true, false])
    expect(made[0]?.[0]).toMatchObject({
      kind: 'features',
      from: [
        { image: imageName.user },
        { image: tool.at, digest: tool.digest },
        { image: greeter.at, digest: greeter.digest },
        { image: './mine', digest: expect.stringMatching(/^sha256:/) },
      ],
    })
  })

  it('come from a private registry by its login', async () => {
    const gate = await registryGate('ada:some-password')
    const tool = await published({ id: 'tool' }, installing('tool', randomUUID()), own())
    const at = `${gate.host}${tool.at.slice(registry.length)}`
    const job = await jobWith({ [at]: {} })
    const denied = await job.uses({ ...base, run: 'true' })
    expect(denied.outputs['error-code']).toBe('ACODE-CTN-004')
    expect(await messageOf(denied)).toMatch(/The feature .*tool:1 .* denied\. .*registries/)
    const step = await job.uses({ ...base, run: 'tool', registries: `${gate.host}=ada:some-password` })
    expect((await removedLater(step)).outputs.status, step.log).toBe('succeeded')
  })

  it.each([
    [
      'is not there',
      `${registry}/none/of-it:1`,
      /none\/of-it:1 .* nothing of that name.* Check its name and tag/,
    ],
    [
      'is in a registry that is not there',
      '127.0.0.1:9/a/tool:1',
      /127\.0\.0\.1:9\/a\/tool:1 .*ECONNREFUSED.* Check/,
    ],
    ['is no feature', `${registry}/${imageName.pulled}`, /no layer application\/vnd\.devcontainers|manifest/],
    ['is a folder that is not there', './none', /The feature \.\/none .*ENOENT/],
  ])('is an error of one that %s', async (_, reference, message) => {
    const step = await (await jobWith({ [reference]: {} })).uses({ ...base, run: 'true' })
    expect(step.outputs['error-code'], step.log).toBe('ACODE-CTN-004')
    expect(await messageOf(step)).toMatch(message)
  })

  it.each([
    ['leads out of it', fileEntry('../../../etc/cron.d/x', '* * * * * root true\n')],
    [
      'is neither file nor folder',
      { ...fileEntry('x', ''), type: 'link' as const, target: '/etc/passwd', size: 0, content: [] },
    ],
  ])('is an error of an archive with what %s', async (what, entry) => {
    const files = Object.entries(featureFiles({ id: 'bad' }, 'true')).map(([name, text]) =>
      fileEntry(name, text),
    )
    const at = `${registry}/${own()}/bad:1`
    await publishFeature(at, await tarOf([...files, entry]))
    const step = await (await jobWith({ [at]: {} })).uses({ ...base, run: 'true' })
    expect(step.outputs['error-code'], step.log).toBe('ACODE-CTN-004')
    expect(await messageOf(step)).toContain(what)
  })

  it('has the last lines of one that fails', async () => {
    const tool = await published({ id: 'tool' }, installing('tool', randomUUID()), own())
    const bad = await published({ id: 'bad' }, '#!/bin/sh\necho no such system >&2\nexit 4\n', own())
    const job = await jobWith({ [tool.at]: {}, [bad.at]: {} }, { overrideFeatureInstallOrder: [tool.at] })
    const step = await job.uses({ ...base, run: 'true' })
    expect(step.outputs['error-code'], step.log).toBe('ACODE-CTN-004')
    expect(await messageOf(step)).toMatch(
      /bad:1 could not be installed on .*: exit code 4\. .*\n {2}no such system\n/,
    )
  })

  it.each([
    [
      { 'allowed-images': 'acode-test/*' },
      /The feature is refused: .*tool:1 is beyond the input allowed-images/,
    ],
    [{ 'require-digest': 'true' }, /The feature is refused: .*tool:1 names no digest/],
  ])('are refused by %j before anything is asked for', async (policy, message) => {
    const job = await jobWith({ '127.0.0.1:9/a/tool:1': {} })
    const step = await job.uses({ ...base, ...policy, run: 'true' })
    expect(step.outputs['error-code'], step.log).toBe('ACODE-CTN-011')
    expect(await messageOf(step)).toMatch(message)
  })
})

const messageOf = async (step: StepResult): Promise<string> => (await recordOf(step)).error?.message ?? ''

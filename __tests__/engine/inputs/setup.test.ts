import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildKitEnvironment, removedLater } from '../../support/derived-images.ts'
import { imageName } from '../../support/engine.ts'
import { jobs } from '../../support/jobs.ts'
import { recordOf } from '../../support/record.ts'

const base = { network: 'none', workspace: 'bind', image: imageName.user }
const setup = 'echo setting up\ncat lib/words >/words\nid -u >>/words\n'

describe('IMX-1 setup', () => {
  const newJob = jobs()

  it.each([
    ['the classic builder', async () => ({ DOCKER_BUILDKIT: '0' })],
    ['BuildKit', buildKitEnvironment],
  ])('is a layer that is made once, by %s', async (_, environment) => {
    const env: Record<string, string> = await environment()
    const job = await newJob()
    mkdirSync(path.join(job.workspace, 'lib'))
    // BuildKit has its own cache, whichever images are there.
    const word = randomUUID()
    writeFileSync(path.join(job.workspace, 'lib/words'), `${word}\n`)
    const inputs = { ...base, setup, 'setup-files': 'lib/*', run: 'cat /words; ls -d /acode-setup || id -u' }
    const uses = async () => removedLater(await job.uses(inputs, { env }))
    const first = await uses()
    expect(first.outputs.status, first.log).toBe('succeeded')
    expect(first.lines).toEqual(expect.arrayContaining(['setting up', word, '0']))
    expect((await recordOf(first)).container.image).toBe(imageName.user)
    const again = await uses()
    expect(again.lines).not.toContain('setting up')
    expect(again.outputs['image-digest']).toBe(first.outputs['image-digest'])
    const made = await Promise.all([first, again].map(async (step) => (await recordOf(step)).made ?? []))
    expect(made.map(([one]) => one?.isBuilt)).toEqual([true, false])
    expect(made[0]?.[0]).toMatchObject({ kind: 'setup', from: [{ image: imageName.user }] })
  })

  it('is made by the engine where another builder is in use, which has none of its images', async () => {
    const job = await newJob()
    const bin = path.join(job.layout.root, 'bin')
    mkdirSync(bin)
    // As a CLI with its plugin, where a builder in a container is the default.
    const cli = `#!/bin/sh
PATH=\${PATH#*:}
case "$1 $2" in
  'buildx inspect') echo 'Name: other'; echo 'Driver: docker-container' ;;
  'buildx build') [ "$3 $4" = '--builder default' ] || { echo 'pull access denied' >&2; exit 1; }
    shift 4; DOCKER_BUILDKIT=0 exec docker build "$@" ;;
  'build '*) echo 'pull access denied' >&2; exit 1 ;;
  *) exec docker "$@" ;;
esac
`
    writeFileSync(path.join(bin, 'docker'), cli, { mode: 0o755 })
    const env = { PATH: `${bin}:${process.env.PATH}` }
    const inputs = { ...base, setup: `echo ${randomUUID()} >/word`, run: 'cat /word' }
    const step = await removedLater(await job.uses(inputs, { env }))
    expect(step.outputs.status, step.log).toBe('succeeded')
  })

  it('that fails is an error with the last lines of the script', async () => {
    const step = await (await newJob()).uses({
      ...base,
      setup: 'echo first\necho wrong >&2\nexit 3\n',
      run: 'true',
    })
    const { error } = await recordOf(step)
    expect(error?.code, step.log).toBe('ACODE-CTN-004')
    expect(error?.message).toMatch(
      /set-up of acode-test\/user:1 failed with exit code 3\. Its last lines:\n {2}first\n {2}wrong\n/,
    )
  })
})

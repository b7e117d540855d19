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

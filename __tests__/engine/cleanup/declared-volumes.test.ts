import { randomUUID } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { docker, dockerTry, imageName } from '../../support/engine.ts'
import { EngineGate, REQUEST } from '../../support/engine-gate.ts'
import { someOf } from '../../support/slow.ts'
import { unprivileged } from '../../support/unprivileged.ts'
import { recordOf, WorkspaceJob } from '../../support/workspace-job.ts'

/** The image with git in it, and with volumes declared. */
async function declaring(): Promise<string> {
  const name = `acode-test-declaring-${randomUUID().slice(0, 8)}`
  const image = `acode-test/declaring:${name}`
  await docker('create', '--name', name, imageName.git)
  onTestFinished(async () => {
    await dockerTry('rmi', image)
  })
  await docker('commit', '--change', 'VOLUME ["/data", "/var/lib/db", "/cache"]', name, image)
  await docker('rm', '--volumes', name)
  return image
}

/** Every volume of the engine, of any owner. */
const allVolumes = async (): Promise<string[]> => (await docker('volume', 'ls', '--quiet')).split('\n').sort()

const METHODS: [method: string, inputs: Record<string, string>][] = [
  ['overlay', {}],
  ['clone', {}],
  ['copy', {}],
  ['bind', {}],
  ['none', {}],
  ['overlay', { 'read-only': 'true' }],
  ['copy', { 'read-only': 'true', user: '4321' }],
]

describe('an image that declares volumes leaves none (FID-4)', () => {
  it.each(someOf(METHODS, 2))('workspace: %s %j', async (workspace, inputs) => {
    const image = await declaring()
    const job = await WorkspaceJob.create()
    const before = await allVolumes()

    const step = await job.run({ image, workspace, run: 'echo x >/data/x; echo more >> shared', ...inputs })

    expect(recordOf(step).cleanup.failed).toEqual([])
    expect(await allVolumes()).toEqual(before)
  })

  it('where a helper gives the task’s files to the runner’s user', async () => {
    const image = await declaring()
    const job = await WorkspaceJob.create(await unprivileged())
    const before = await allVolumes()

    const step = await job.run({
      image,
      workspace: 'overlay',
      user: 'image',
      profile: 'standard',
      run: 'rm shared; mkdir new; echo x >new/file',
    })

    expect(recordOf(step)).toMatchObject({ status: 'succeeded', cleanup: { failed: [] } })
    expect(await allVolumes()).toEqual(before)
  })

  it.each([
    [REQUEST.create, 'overlay'],
    [REQUEST.write, 'copy'],
  ] as const)('where main is killed at %s (%s): post takes them along', async (call, workspace) => {
    const image = await declaring()
    const job = await WorkspaceJob.create()
    const before = await allVolumes()
    const gate = await EngineGate.start()
    const held = gate.hold(call, 'after')
    const running = job.start({ image, workspace, 'read-only': 'true', run: 'true' }, gate.env)
    await held.reachedBy(running)
    const killed = await running.kill()

    await killed.post()

    expect(await allVolumes()).toEqual(before)
  })
})

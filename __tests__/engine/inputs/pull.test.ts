import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { dockerTry, imageName, registryImage } from '../../support/engine.ts'
import { EngineGate, REQUEST } from '../../support/engine-gate.ts'
import { recordOf } from '../../support/record.ts'
import type { FinishedStep } from '../../support/runner.ts'
import { TaskJob } from '../../support/task-job.ts'

const PULLED = registryImage(imageName.pulled)
const base = { image: PULLED, run: 'echo ran', network: 'none', workspace: 'bind' }

describe('RUN-6 pull', () => {
  it.each([
    ['if-missing, and it is missing', 'if-missing', 'missing', true],
    ['if-missing, and it is here', 'if-missing', 'here', false],
    ['always, and it is here', 'always', 'here', true],
    ['never, and it is here', 'never', 'here', false],
  ])('%s', async (_case, pull, before, isPulled) => {
    const { step, pulls: made } = await taskWith(pull, before)
    expect(step.failed, step.log).toBe(false)
    expect(step.output).toContain('ran\n')
    expect(made).toHaveLength(isPulled ? 1 : 0)
    expect(step.outputs['image-digest']).toMatch(/^sha256:[0-9a-f]{64}$/)
    const groups = step.groups.filter(({ title }) => title === `Pulling ${PULLED}`)
    expect(groups).toHaveLength(isPulled ? 1 : 0)
    if (isPulled) expect(groups[0]?.lines.join('\n')).toContain('Digest: sha256:')
  })

  it('never, and it is missing: ACODE-CTN-004 with the reason', async () => {
    const { step, pulls: made } = await taskWith('never', 'missing')
    await expectNoImage(step, /not on this engine, and pull is never/)
    expect(made).toEqual([])
  })
})

describe('CTN-7, RUN-6 an image that cannot be had aborts the task with ACODE-CTN-004', () => {
  it.each([
    ['not in its registry', 'acode-test/no-such-image:1', /no-such-image.*(not found|unknown)/i],
    [
      'not of that digest',
      `${imageName.base.split(':')[0]}@sha256:${'0'.repeat(64)}`,
      /(not found|unknown)/i,
    ],
  ])('%s', async (_why, image, reason) => {
    const { job } = await TaskJob.create()
    const step = await job.uses({ ...base, image: registryImage(image) })
    await expectNoImage(step, reason)
  })

  it('whose registry does not answer, after three tries', async () => {
    const { job } = await TaskJob.create()
    const gate = await EngineGate.start()
    // Nothing listens on port 1.
    const step = await job.uses({ ...base, image: '127.0.0.1:1/none:1' }, { env: gate.env })
    await expectNoImage(step, /connection refused/)
    expect(pulls(gate.requests())).toHaveLength(3)
  })
})

it('IMX-3 an image beyond the policy is refused with ACODE-CTN-011 before it is pulled', async () => {
  const { job } = await TaskJob.create()
  const gate = await EngineGate.start()
  const file = path.join(job.layout.root, 'policy.yml')
  await writeFile(file, 'require-digest: true')
  const inputs = { ...base, image: PULLED, pull: 'always', 'allowed-images': 'ghcr.io/acme/*' }
  const step = await job.uses(inputs, { env: { ...gate.env, ACODE_POLICY: file } })
  expect(step.outputs['error-code'], step.log).toBe('ACODE-CTN-011')
  const { error } = await recordOf(step)
  expect(error?.message).toMatch(
    /beyond the input allowed-images of the workflow.*names no digest.*policy of this machine/,
  )
  expect(gate.requests().filter((one) => REQUEST.pull.test(one) || REQUEST.image.test(one))).toEqual([])
})

const pulls = (requests: readonly string[]) => requests.filter((one) => REQUEST.pull.test(one))

async function taskWith(
  pull: string,
  before: string,
): Promise<{ step: FinishedStep; pulls: readonly string[] }> {
  const { job } = await TaskJob.create()
  const gate = await EngineGate.start()
  if (before === 'here') await dockerTry('pull', PULLED)
  else await dockerTry('rmi', '--force', PULLED)
  const step = await job.uses({ ...base, pull }, { env: gate.env })
  return { step, pulls: pulls(gate.requests()) }
}

async function expectNoImage(step: FinishedStep, reason: RegExp): Promise<void> {
  const record = await recordOf(step)
  expect(record, step.log).toMatchObject({ status: 'error', error: { code: 'ACODE-CTN-004' } })
  expect(record.error?.message).toMatch(reason)
  expect(step).toMatchObject({ failed: true, outputs: { 'error-code': 'ACODE-CTN-004' } })
  expect(record.container.id).toBeNull()
}

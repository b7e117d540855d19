import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { dockerTry, imageName } from '../../support/engine.ts'
import { recordOf } from '../../support/record.ts'
import { type FinishedStep, messages } from '../../support/runner.ts'
import { TaskJob } from '../../support/task-job.ts'

const base = { network: 'none', workspace: 'none', upload: 'never' }
const REFERENCE = path.resolve(import.meta.dirname, '../../../images/reference')

/** A job that builds the folder `checked` of its workspace; what it builds goes when the test is over. */
async function jobWith(fill: (folder: string) => void) {
  const task = await TaskJob.create()
  const folder = path.join(task.job.workspace, 'checked')
  mkdirSync(folder, { recursive: true })
  fill(folder)
  const uses = async (inputs: Readonly<Record<string, string>>) => {
    const step = await task.job.uses({ ...base, build: 'checked', ...inputs })
    const { image } = step.outputs
    if (image?.startsWith('acode-build:'))
      onTestFinished(async () => void (await dockerTry('rmi', '--force', image)))
    return step
  }
  return { task, uses }
}
const withDockerfile = (lines: string) =>
  jobWith((folder) => writeFileSync(path.join(folder, 'Dockerfile'), `FROM ${imageName.base}\n${lines}\n`))
const checksOf = ({ groups }: FinishedStep) => groups.filter(({ title }) => title.startsWith('Checking '))

describe('IMG-2 check', () => {
  it('IMG-4 the reference image is built, tried and healthy, and not again while it stays the same', async () => {
    const { task, uses } = await jobWith((folder) => cpSync(REFERENCE, folder, { recursive: true }))
    const inputs = { 'build-args': 'BASE=node:22-slim', command: 'node -p process.env.PORT', user: 'image' }
    const first = await uses(inputs)
    expect(first.output, first.log).toContain('8080\n')
    const [check, ...others] = checksOf(first)
    expect(others).toEqual([])
    expect(check?.lines.join('\n')).toMatch(/It started in .*is healthy, ended .* after it was asked to/)
    const { check: found, container } = await recordOf(first)
    expect(found).toMatchObject({ health: 'healthy', exitCode: null, findings: [] })
    expect(found?.stopSeconds).toBeLessThan(9)
    expect(container.user).toBe('1000:1000')

    const again = await uses(inputs)
    expect(again.outputs['image-digest'], again.log).toBe(first.outputs['image-digest'])
    expect(checksOf(again)).toEqual([])
    expect((await recordOf(again)).check).toBeUndefined()
    const tested = await uses({ ...inputs, 'build-target': 'test', command: 'true', check: 'false' })
    expect(tested.outputs.status, tested.log).toBe('succeeded')
    await task.expectNothingLeft()
  })

  it.each([
    [
      'has no such entrypoint',
      'ENTRYPOINT ["/none"]',
      /did not pass its check: its entrypoint cannot be run: .*127 .*\/none/,
    ],
    ['cannot run its entrypoint', 'ENTRYPOINT ["sh", "-c", "none"]', /entrypoint cannot be run: .*127/],
    [
      'has a secret',
      `ENV GH=ghp_${'aB3'.repeat(12)}`,
      /secret baked in: a token of GitHub in its environment/,
    ],
  ])('an image that %s fails the task, each time', async (_what, line, message) => {
    const { task, uses } = await withDockerfile(line)
    for (const _ of [1, 2]) {
      const step = await uses({ run: 'true' })
      expect(step.outputs['error-code'], step.log).toBe('ACODE-CTN-004')
      const record = await recordOf(step)
      expect(record.error?.message).toMatch(message)
      expect(JSON.stringify(record)).not.toContain('ghp_')
    }
    const trusted = await uses({ run: 'true', check: 'false' })
    expect(trusted.outputs.status, trusted.log).toBe('succeeded')
    await task.expectNothingLeft()
  })

  it('IMG-6 is had for an image that is pulled, and what is large is reported with its figure', async () => {
    const { job } = await TaskJob.create()
    const step = await job.uses({ ...base, image: imageName.base, run: 'true', check: 'true' })
    expect((await recordOf(step)).check, step.log).toMatchObject({ exitCode: 0, health: null })
    expect(messages(step, 'warning')).toEqual([])
    const { uses } = await withDockerfile('RUN truncate -s 501M /large\nENV API_TOKEN=weak')
    const large = await uses({ run: 'true' })
    expect(messages(large, 'warning')).toEqual([
      expect.stringMatching(/was checked: it may have a secret baked in: a value of API_TOKEN/),
      expect.stringMatching(/^Over budget: the image acode-build:\S+ has 5\d\d MB, over 500 MB\./),
    ])
    expect((await recordOf(large)).budgets.imageBytes).toBeGreaterThan(5e8)
  })
})

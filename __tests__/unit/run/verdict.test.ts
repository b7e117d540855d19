import { expect, it, vi } from 'vitest'
import { endedByOthers, engineLost } from '../../../src/container/life/ended-by-others.ts'
import { TaskError } from '../../../src/errors.ts'
import { causeOf, unexpected } from '../../../src/run/context/verdict.ts'
import { fakeEngine, json } from '../../support/fake-engine.ts'

it.each(['ENOSPC', 'EDQUOT'])(
  'RUN-8 a disk of the runner that is full is no fault of the action: %s',
  (code) => {
    const full = Object.assign(new Error(`${code}: write '/tmp/x'`), { code })
    for (const error of [full, new Error('a note was not written', { cause: full })])
      expect(unexpected(error)).toMatchObject({
        code: 'ACODE-CTN-013',
        status: 'error',
        message: expect.stringMatching(/^The runner’s disk is full: .*RUNNER_TEMP/),
      })
  },
)

it('RUN-8 what nothing explains is reported with its stack', () => {
  expect(unexpected(new RangeError('no such thing'))).toMatchObject({
    code: 'ACODE-CTN-003',
    message: expect.stringMatching(/RangeError: no such thing\n +at .*report this/s),
  })
})

it('CTN-12 that no engine answers is the cause of what failed for it, and not of a task that it has ended', async () => {
  const { docker } = await fakeEngine(json({}))
  vi.stubEnv('DOCKER_HOST', 'unix:///none/docker.sock')
  const failed = new TaskError('ACODE-CTN-003', 'The container could not be created.')
  expect(await causeOf(docker, failed)).toMatchObject({ code: 'ACODE-CTN-005' })
  for (const known of [endedByOthers('acode-s1-unit', { exitCode: 137 }), engineLost('acode-s1-unit', null)])
    expect(await causeOf(docker, known)).toBe(known)
})

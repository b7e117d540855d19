import { describe, expect, it } from 'vitest'
import { chooseRunner } from '../../../src/plan/choose-runner.ts'
import { failureOf } from '../../support/failures.ts'
import { inputsOf } from './files.ts'

describe('the inputs of ./plan (ACT-4)', () => {
  it('have the documented defaults', async () => {
    expect(await inputsOf()).toMatchObject({
      file: '.github/tasks.yml',
      'changed-only': 'auto',
      'capability-labels': {},
    })
  })

  it('take patterns by lines and by commas', async () => {
    const { include } = await inputsOf({ include: 'unit-*, lint\n\n e2e ,\n' })
    expect(include).toEqual(['unit-*', 'lint', 'e2e'])
  })

  it('take tasks beside the default file, which a workflow may pass on', async () => {
    expect((await inputsOf({ tasks: '[]', file: '.github/tasks.yml' })).tasks).toBe('[]')
  })

  it('have all that is wrong with them reported at once', async () => {
    const written = {
      file: 'a.yml',
      tasks: '[]',
      shard: '3/2',
      'changed-only': 'maybe',
      'runs-on': '[a, {}]',
      'capability-labels': 'gpu',
      base: '--upload-pack=x',
    }
    const { code, message } = await failureOf(() => inputsOf(written))
    expect(code).toBe('ACODE-CTN-006')
    expect(message).toContain('Invalid input, 6 problems:')
    for (const field of [
      'tasks and input file',
      'shard',
      'changed-only',
      'runs-on',
      'capability-labels',
      'base',
    ])
      expect(message).toContain(`input ${field}`)
  })

  it.each(['0/2', '3/2', '1/0', '1', 'a/b', '1/2/3', '1/99999999999'])(
    'refuse the shard %s',
    async (shard) => {
      expect((await failureOf(() => inputsOf({ shard }))).message).toContain('input shard has to be n/m')
    },
  )
})

describe('where a task runs (RUN-3)', () => {
  const labels = { 'capability-labels': 'gpu: [self-hosted, gpu]\nlicense: unity\ntoString: odd' }
  it.each([
    ['its own label', { runsOn: 'mine', requiredCapabilities: ['gpu'] }, {}, 'mine'],
    [
      'the labels of its capabilities',
      { requiredCapabilities: ['license', 'gpu', 'docker'] },
      {},
      ['unity', 'self-hosted', 'gpu'],
    ],
    ['the default', { requiredCapabilities: ['docker', 'constructor'] }, {}, 'ubuntu-latest'],
    ['the input', { requiredCapabilities: [] }, { 'runs-on': 'big' }, 'big'],
    [
      'the input, a list',
      { requiredCapabilities: [] },
      { 'runs-on': '[self-hosted, linux]' },
      ['self-hosted', 'linux'],
    ],
    ['the input, a JSON text', { requiredCapabilities: [] }, { 'runs-on': '"big"' }, 'big'],
  ])('is %s', async (_, task, written, expected) => {
    expect(chooseRunner({ runsOn: undefined, ...task }, await inputsOf({ ...labels, ...written }))).toEqual(
      expected,
    )
  })
})

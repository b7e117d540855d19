import { statSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { messages, type StepResult } from '../../support/runner.ts'
import { jobWith } from './fixture-job.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

const PRINT_ENVIRONMENT = 'console.log(JSON.stringify({ ...process.env, cwd: process.cwd() }))'

function environmentOf(result: StepResult): Record<string, string> {
  return z.record(z.string(), z.string()).parse(JSON.parse(result.lines[0] ?? ''))
}

describe('environment', () => {
  it('is the runner’s and nothing of the tests’ own', async () => {
    vi.stubEnv('OF_THE_TESTS', 'x')
    const job = await jobWith(PRINT_ENVIRONMENT, { env: { OF_THE_JOB: 'a', OF_BOTH: 'a' } })
    const environment = environmentOf(await job.uses({}, { env: { OF_THE_STEP: 'b', OF_BOTH: 'b' } }))
    expect(environment).toMatchObject({
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: path.join(job.layout.root, '_work/octo-repo/octo-repo'),
      RUNNER_TEMP: path.join(job.layout.root, '_work/_temp'),
      RUNNER_TRACKING_ID: expect.stringMatching(/^github_[\da-f-]{36}$/),
      OF_THE_JOB: 'a',
      OF_THE_STEP: 'b',
      OF_BOTH: 'b',
      cwd: job.workspace,
    })
    const known =
      /^(GITHUB_|RUNNER_|INPUT_|ACTIONS_|DOCKER_|OF_THE_(JOB|STEP)|OF_BOTH|CI$|LANG$|PATH$|HOME$|cwd$)/
    expect(Object.keys(environment).filter((name) => !known.test(name))).toEqual([])
  })

  it('has every input, defaults evaluated', async () => {
    const job = await jobWith(PRINT_ENVIRONMENT, { matrix: { os: 'linux', n: [1] }, jobIndex: 3 })
    expect(environmentOf(await job.uses({ 'some-input': 'given' }))).toMatchObject({
      'INPUT_SOME-INPUT': 'given',
      INPUT_WITH_BLANK: 'true',
      INPUT_BARE: '',
      INPUT_MATRIX: '{\n  "os": "linux",\n  "n": [\n    1\n  ]\n}',
      INPUT_PLACE: `job 3 of octo-org/octo-repo in ${job.temp}`,
    })
  })

  it('prints null for no matrix, and warns of an input that is not declared', async () => {
    const job = await jobWith(PRINT_ENVIRONMENT)
    const step = await job.uses({ 'same-input': 1 })
    expect(environmentOf(step)).toMatchObject({ INPUT_MATRIX: 'null', 'INPUT_SAME-INPUT': '1' })
    expect(messages(step, 'warning')).toEqual([
      "Unexpected input(s) 'same-input', valid inputs are ['some-input', 'with blank', 'bare', 'matrix', 'place']",
    ])
  })

  it('refuses a default that it cannot evaluate', async () => {
    const manifest = `{ runs: { using: node24, main: main.js }, inputs: { x: { default: "\${{ hashFiles('x') }}" } } }`
    const job = await jobWith('', { manifest })
    expect(() => job.start()).toThrow(`cannot evaluate \${{ hashFiles('x') }}`)
  })

  it('numbers steps of one name, and keeps runs apart', async () => {
    const job = await jobWith(PRINT_ENVIRONMENT)
    const names = [await job.uses(), await job.uses(), await job.uses({}, { stepId: 'mine' })].map(
      (step) => environmentOf(step).GITHUB_ACTION,
    )
    expect(names).toEqual(['__acode-task-container', '__acode-task-container_2', 'mine'])
    const other = await jobWith('')
    expect(other.variable('GITHUB_RUN_ID')).not.toBe(job.variable('GITHUB_RUN_ID'))
  })

  it.runIf(process.getuid?.() === 0)('runs as another user', async () => {
    const job = await jobWith(
      `import { writeFileSync } from 'node:fs'
      writeFileSync('mine', '')
      console.log(process.getuid(), process.getgid(), process.getgroups().join(), process.env.HOME)`,
      { user: { uid: 1234, gid: 2345, groups: [99] } },
    )
    const step = await job.uses()
    expect(step.output).toBe(`1234 2345 99,2345 ${job.layout.home}\n`)
    expect(statSync(path.join(job.workspace, 'mine')).uid).toBe(1234)
  })
})

describe('output', () => {
  it('is read as the runner reads it', async () => {
    const job = await jobWith(`
      console.log('plain')
      console.log('::error file=a%2Cb.ts,line=3,title=T::50%25%0Athere')
      console.log('text ##[notice]in the middle')
      console.log('::unknown::command')
      console.log('::group::G'); console.log('inside'); console.log('::endgroup::')
      console.log('::debug::quiet')
      console.log('::add-mask::s3cret'); console.log('say s3cret')
      console.log('::stop-commands::token-1')
      console.log('::error::ignored'); console.log('##[add-mask]x')
      console.log('::token-1::')
      process.stdout.write('hidden\\r::notice::after a carriage return')
    `)
    const step = await job.uses()
    expect(step).toMatchObject({ exitCode: 0, signal: null, failed: false, heldOpen: false })
    expect(step.annotations).toEqual([
      { level: 'error', message: '50%\nthere', file: 'a,b.ts', line: '3', title: 'T' },
      { level: 'notice', message: 'in the middle' },
      { level: 'notice', message: 'after a carriage return' },
    ])
    expect(step.groups).toEqual([{ title: 'G', lines: ['inside'] }])
    expect(step.debug).toEqual(['quiet'])
    expect(step.masks).toEqual(['s3cret'])
    expect(step.ignoredCommands.map(({ name, data }) => [name, data])).toEqual([
      ['error', 'ignored'],
      ['add-mask', 'x'],
    ])
    expect(step.log).toContain('say ***')
    expect(step.log).not.toContain('s3cret')
    expect(step.output).toContain('say s3cret')
  })

  it('is read from stderr too', async () => {
    const step = await (await jobWith("console.error('  ::warning::from stderr')")).uses()
    expect(step.annotations).toEqual([{ level: 'warning', message: 'from stderr' }])
  })

  it('keeps the lines of the two streams apart', async () => {
    const job = await jobWith(`
      process.stdout.write('::not')
      await new Promise((done) => process.stderr.write('\\n', done))
      process.stdout.write('ice::whole\\n')
    `)
    expect(messages(await job.uses(), 'notice')).toEqual(['whole'])
  })

  it('fails a step whose command or command file is refused', async () => {
    const job = await jobWith(`
      import { appendFileSync } from 'node:fs'
      console.log('::set-env name=X::1')
      appendFileSync(process.env.GITHUB_OUTPUT, 'first=1\\nno separator\\n')
    `)
    const step = await job.uses()
    expect(step).toMatchObject({ exitCode: 0, failed: true, outputs: { first: '1' } })
    expect(messages(step, 'error')).toEqual([
      "Unable to process command '::set-env name=X::1' successfully.",
      'The `set-env` command is disabled.',
      "Unable to process file command 'output' successfully.",
      "Invalid format 'no separator'",
    ])
  })

  it('is bounded for a line without end', async () => {
    const job = await jobWith(`
      const block = Buffer.alloc(1024 * 1024, 'x')
      for (let i = 0; i < 100; i++) await new Promise((done) => process.stdout.write(block, done))
      console.log('\\n::notice::end')
    `)
    const step = await job.uses()
    expect(messages(step, 'notice')).toEqual(['end'])
    expect(step.lines[0]).toHaveLength(1_000_000)
    expect(step.output.length).toBeLessThan(70 * 1024 * 1024)
  })
})

describe('files and state', () => {
  it('carries outputs, environment and state', async () => {
    const main = `
      import { appendFileSync as add } from 'node:fs'
      const { GITHUB_OUTPUT, GITHUB_STATE, GITHUB_ENV, GITHUB_PATH, GITHUB_STEP_SUMMARY, LATER, PATH } = process.env
      console.log(LATER, PATH.split(':')[0])
      add(GITHUB_OUTPUT, 'a=1=2\\nb<<E1\\nline 1\\n\\nline 3\\nE1\\nempty<<E2\\nE2\\n')
      add(GITHUB_STATE, 'id=7\\n')
      add(GITHUB_ENV, 'LATER=yes\\nNODE_OPTIONS=--bad\\n')
      add(GITHUB_PATH, '/added\\n')
      add(GITHUB_STEP_SUMMARY, '# Title\\n')
    `
    const post = "console.log(process.env.STATE_id, process.env['INPUT_SOME-INPUT'])"
    const job = await jobWith(main, { post })
    const step = await job.uses({ 'some-input': 'x' })
    expect(step).toMatchObject({
      outputs: { a: '1=2', b: 'line 1\n\nline 3', empty: '' },
      state: { id: '7' },
      env: { LATER: 'yes' },
      summary: '# Title\n',
      output: `undefined ${process.env.PATH?.split(':')[0]}\n`,
    })
    expect((await step.post()).output).toBe('7 x\n')
    expect((await job.uses()).output).toBe('yes /added\n')
  })

  it('drops a summary that is too large', async () => {
    const code =
      "await (await import('node:fs/promises')).writeFile(process.env.GITHUB_STEP_SUMMARY, 'x'.repeat(2e6))"
    const step = await (await jobWith(code)).uses()
    expect(step).toMatchObject({ summary: '', failed: false })
    expect(messages(step, 'error')[0]).toContain('upload aborted')
  })
})

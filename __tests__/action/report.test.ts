import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { RunRecord } from '../../src/record/run-record.ts'
import { ArtifactService } from '../support/artifact-service.ts'
import { GitHubApi } from '../support/github-api.ts'
import { jobs } from '../support/jobs.ts'
import { legWith } from '../support/report-legs.ts'
import type { Inputs, Job } from '../support/runner.ts'

const newJob = jobs()
let service: ArtifactService

beforeEach(async () => {
  service = await ArtifactService.start()
})
afterEach(() => service.stop())

/** What a leg of that session leaves, as its post step uploads it. */
function leave(
  task: string,
  status: RunRecord['status'],
  log = '',
  session = 'r1a1',
  base = 'container',
  fields: Partial<RunRecord> = {},
): void {
  const { record } = legWith(task, status, [0, 5], fields)
  service.put(`acode-${session}-${task}`, {
    [`${base}/metadata/run.json`]: JSON.stringify({ ...record, session, task: fields.task ?? task }),
    [`${base}/metadata/events.jsonl`]: '{}\n',
    [`${base}/logs/runner.log`]: log,
    [`${base}/artifacts/deep/metadata/run.json`]: 'not the record',
  })
}

async function report(inputs: Inputs = {}, job?: Job) {
  const own = job ?? (await newJob({ artifacts: service }))
  const step = await own.start(inputs, { action: 'report' }).result
  const results: { id: string; status: string }[] = JSON.parse(step.outputs.results ?? '[]')
  return { ...step, reported: results.map(({ id, status }) => `${id} ${status}`) }
}

/** Lets the runner's file of outputs be on a disk without room. */
const FULL_DISK = '--import=data:text/javascript,process.env.GITHUB_OUTPUT=%22/dev/full%22'

describe('./report', () => {
  it('ACT-4, RUN-8 brings the records of a run together in outputs, summary, log and a page', async () => {
    leave('lint', 'succeeded')
    leave('unit', 'failed', `${'line\n'.repeat(100)}the end\n`)
    leave('docs', 'skipped', '', 'r1a1', 'other/folder')
    const step = await report({ session: 'r1', expected: '["lint","unit","docs","e2e"]' })
    expect(step.reported).toEqual(['lint succeeded', 'unit failed', 'docs skipped', 'e2e missing'])
    expect(step.outputs).toMatchObject({ total: '4', passed: '1', failed: '2', skipped: '1' })
    expect(step.summary).toMatch(/^## ❌ 2 of 4 tasks failed\n/)
    expect(step.summary).toMatch(/\nline\nthe end\n```/)
    expect(step.output).toMatch(/❌ unit: failed/)
    expect(readFileSync(step.outputs.report ?? '', 'utf8')).toMatch(/<h1>❌ 2 of 4 tasks failed<\/h1>/)
    // Not in a zip: the browser opens it.
    const page = service.artifacts.get('acode-report.r1a1.html')
    expect(page?.mimeType).toBe('text/html')
    expect(page?.zip.toString()).toMatch(/^<!doctype html>/)
    expect(step.summary).toMatch(new RegExp(`\\[Open the page\\]\\(https://.*/artifacts/${page?.id}\\)\n`))
    expect([...service.artifacts.keys()].filter((name) => name.startsWith('acode-history'))).toEqual([])
  })

  it('ACT-4 compares with earlier runs where it is asked to, and leaves what later ones need', async () => {
    const name = 'acode-history.report.a1.json'
    const content = JSON.stringify({
      schemaVersion: 1,
      tasks: [{ id: 'unit', status: 'succeeded', seconds: 5 }],
    })
    const api = await GitHubApi.start([{ id: 9, artifact: { name, content } }, { id: 10 }])
    onTestFinished(() => api.stop())
    leave('unit', 'failed')
    const github = {
      GITHUB_API_URL: api.url,
      GITHUB_RUN_ID: '10',
      GITHUB_REF_NAME: 'main',
      GITHUB_HEAD_REF: '',
      GITHUB_JOB: 'report',
    }
    const job = await newJob({ artifacts: service, github })
    const step = await report({ history: '5', 'github-token': api.token }, job)
    expect(step.summary).toContain('\n- Newly failing: unit (passed in the last run)\n')
    expect(readFileSync(step.outputs.report ?? '', 'utf8')).toContain('<li>Newly failing: unit')
    expect(JSON.parse(service.artifacts.get(name)?.zip.toString() ?? '')).toMatchObject({
      tasks: [{ id: 'unit', status: 'failed', seconds: 5 }],
    })
    const barred = await report({ history: '5', 'github-token': 'none', upload: 'false' }, job)
    expect(barred.summary).not.toContain('Newly')
    expect(barred.annotations).toHaveLength(1)
  })

  it.each(['report', 'plan'])(
    'says of a full disk what it is, and not that the action is at fault (%s)',
    async (action) => {
      const job = await newJob({ artifacts: service })
      leave('lint', 'succeeded')
      const tasks = '[{ id: lint, container: { image: "alpine:3", run: "true" } }]'
      const inputs = action === 'plan' ? { tasks } : {}
      const step = await job.start(inputs, { action, env: { NODE_OPTIONS: FULL_DISK } }).result
      expect(step.exitCode, step.output).toBe(1)
      expect(step.output).toMatch(
        /::error title=ACODE-CTN-013::The runner’s disk is full: .*ENOSPC.*Free space/,
      )
      expect(step.output).not.toContain('Internal error')
    },
  )

  it('RUN-8 links a job on the server of this run only: a record is what a job says', async () => {
    const own = 'https://github.com/octo/repo/actions/runs/1/job/2'
    const forged = [
      'https://evil.example/octo/repo/actions/runs/1/job/2',
      'https://github.com.evil.example/octo',
      'https://github.com@evil.example/octo',
      'http://github.com/octo',
      'javascript:alert(1)',
    ]
    leave('own', 'failed', '', 'r1a1', 'container', { job: { id: 'x', url: own } })
    for (const [index, url] of forged.entries())
      leave(`forged-${index}`, 'failed', '', 'r1a1', 'container', { job: { id: 'x', url } })
    const step = await report()
    const page = readFileSync(step.outputs.report ?? '', 'utf8')
    expect(step.summary).toContain(`[own](${own})`)
    expect(page).toContain(`<a href="${own}">own</a>`)
    for (const text of [step.summary, page]) {
      expect(text).not.toMatch(/evil|http:\/\/github|javascript/)
      expect(text.split(own)).toHaveLength(2)
    }
  })

  it('RNR-3 prints no command out of a record', async () => {
    const hostile = 'x\n::error::forged\r##[stop-commands]mine\n::stop-commands::mine'
    leave('a', 'failed', hostile, 'r1a1', 'container', {
      task: hostile,
      commandSummary: hostile,
      error: { code: 'ACODE-CTN-003', message: hostile },
    })
    service.put('acode-r1a1-b', { 'container/metadata/run.json': JSON.stringify({ [hostile]: hostile }) })
    const step = await report({ expected: JSON.stringify([hostile]) })
    expect(step.annotations.map(({ message }) => message)).not.toContain('forged')
    expect(step.annotations.at(-1)?.message).toMatch(/^3 tasks failed/)
    expect(step.lines.filter((line) => /^\s*::(error::|stop)|##\[/.test(line))).toEqual([])
  })

  it('RUN-11 fails where a task did not succeed, and names it', async () => {
    leave('lint', 'succeeded')
    leave('unit', 'timed-out')
    const step = await report()
    expect(step.failed).toBe(true)
    expect(step.annotations).toMatchObject([
      { level: 'error', message: '1 of 2 tasks failed: unit (timed-out)' },
    ])
  })

  it.each([
    ['all succeeded or were skipped', {}, ['lint', 'succeeded'], false],
    ['none is wanted to', { 'fail-on': 'none' }, ['lint', 'failed'], false],
    ['one is missing', { expected: '["lint","unit"]' }, ['lint', 'succeeded'], true],
  ] as const)('fails not unless it has to: %s', async (_, inputs, [task, status], fails) => {
    leave(task, status)
    leave('docs', 'skipped')
    expect((await report(inputs)).failed).toBe(fails)
  })

  it('ACT-4 reads with records: job only what ran in its own job, and says where that is nothing', async () => {
    leave('elsewhere', 'succeeded')
    const job = await newJob({ artifacts: service })
    await mkdir(path.join(job.temp, 'metadata'))
    await writeFile(path.join(job.temp, 'metadata/run.json'), '{}')
    const step = await report({ records: 'job' }, job)
    expect(step.reported).toEqual([])
    expect(step.annotations[0]?.message).toMatch(/no task ran before this step in its own job/)
    const doubled = await report({ records: 'job', path: 'x' })
    expect(doubled.annotations[0]?.message).toMatch(/input path and records: job exclude each other/)
  })

  it('RUN-11 shows a failure that is allowed, with its log, and does not fail for it', async () => {
    leave('nightly', 'failed', 'the end\n', 'r1a1', 'container', { allowFailure: true })
    const step = await report({ 'tasks-result': 'success' })
    expect(step.failed).toBe(false)
    expect(step.outputs).toMatchObject({ total: '1', passed: '0', failed: '0', allowed: '1' })
    expect(step.summary).toMatch(/^## ✅ 1 task failed, which is allowed\n/)
    expect(step.summary).toMatch(/failed, allowed.*\nthe end\n```/s)
    expect(JSON.parse(step.outputs.results ?? '')).toMatchObject([{ status: 'failed', allowed: true }])
  })

  it('RUN-8 hands on the outputs of all tasks, whole or not at all, within what a variable takes', async () => {
    const long = 'x'.repeat(12_000)
    for (let leg = 0; leg < 20; leg++)
      leave(`t${leg}`, 'succeeded', '', 'r1a1', 'container', {
        outputs: { id: String(leg), long, list: '["a"]' },
        outputsLeftOut: 1,
      })
    const step = await report()
    const results: { outputs: Record<string, string>; outputsLeftOut: number }[] = JSON.parse(
      step.outputs.results ?? '',
    )
    expect(Buffer.byteLength(step.outputs.results ?? '')).toBeLessThan(100 * 1024)
    expect(results.map(({ outputs }) => outputs.id).sort()).toEqual(
      Array.from({ length: 20 }, (_, leg) => String(leg)).sort(),
    )
    for (const { outputs, outputsLeftOut } of results)
      expect({ ...outputs, outputsLeftOut }).toEqual({ id: outputs.id, list: '["a"]', outputsLeftOut: 2 })
    service.put('acode-r2a1-one', {
      'container/metadata/run.json': JSON.stringify({
        ...legWith('one', 'succeeded', [0, 5], { session: 'r2a1', outputs: { long } }).record,
      }),
    })
    const alone = await report({ session: 'r2' })
    expect(JSON.parse(alone.outputs.results ?? '')).toMatchObject([{ outputs: { long }, outputsLeftOut: 0 }])
  })

  it('ACT-4 takes the latest attempt of each task, and keeps the page of each attempt', async () => {
    leave('lint', 'succeeded')
    leave('unit', 'failed')
    await report({ session: 'r1' })
    leave('unit', 'succeeded', '', 'r1a2')
    const again = await newJob({ artifacts: service, github: { GITHUB_RUN_ATTEMPT: '2' } })
    const step = await report({ session: 'r1', expected: '["lint","unit"]' }, again)
    expect(step.reported).toEqual(['lint succeeded', 'unit succeeded'])
    expect(step.failed).toBe(false)
    expect([...service.artifacts.keys()].filter((name) => name.startsWith('acode-report'))).toEqual([
      'acode-report.r1a1.html',
      'acode-report.r1a2.html',
    ])
  })

  it.each(['failure', 'cancelled', 'skipped'])(
    'RNR-2 fails, with no output, where the plan ended with %s',
    async (result) => {
      leave('lint', 'succeeded')
      const step = await report({ 'plan-result': result, 'fail-on': 'none' })
      expect(step.failed).toBe(true)
      expect(step.outputs).toEqual({})
      expect(step.annotations).toMatchObject([{ level: 'error', message: expect.stringContaining(result) }])
    },
  )

  it('RNR-2 says what happened where the list of tasks, or all of them, did not arrive', async () => {
    leave('lint', 'succeeded')
    const dropped = await report({ 'plan-result': 'success', 'tasks-result': 'success', expected: '' })
    expect(dropped.failed).toBe(true)
    expect(dropped.outputs).toEqual({})
    expect(dropped.annotations[0]?.message).toContain('GitHub drops an output')
    expect(dropped.summary).toMatch(/^## ❌ No report\n\nThe list of planned tasks did not arrive/)
    const expected = '["one","two"]'
    const idle = { session: 'r9', 'plan-result': 'success', 'tasks-result': 'skipped', 'fail-on': 'none' }
    const unstarted = await report({ ...idle, expected })
    expect(unstarted.failed).toBe(true)
    expect(unstarted.outputs).toMatchObject({ total: '2', failed: '2' })
    expect(unstarted.annotations.at(-1)?.message).toContain('None of the 2 planned tasks was started')
    expect(await report({ ...idle, expected: '[]', upload: 'false' })).toMatchObject({
      failed: false,
      annotations: [],
    })
  })

  it.each(['failure', 'cancelled'])(
    'RNR-2 fails where the jobs ended with %s and a record of an earlier attempt says success',
    async (result) => {
      leave('lint', 'succeeded', '', 'r1a2')
      leave('unit', 'succeeded', '', 'r1a1')
      const job = await newJob({ artifacts: service, github: { GITHUB_RUN_ATTEMPT: '2' } })
      const inputs = { session: 'r1', expected: '["lint","unit"]', 'tasks-result': result }
      const step = await report(inputs, job)
      expect(step.failed).toBe(true)
      expect(step.annotations.at(-1)?.message).toContain('Without a record of this attempt: unit.')
      expect(step.summary).toMatch(/^## ❌ 2 tasks passed\n/)
      expect(step.summary).toContain(`> ❌ The jobs of the tasks ended with ${result}`)
      expect((await report({ ...inputs, 'tasks-result': 'success', upload: 'false' }, job)).failed).toBe(
        false,
      )
    },
  )

  it('RNR-1 warns of a record that was not uploaded, where all jobs succeeded', async () => {
    leave('lint', 'succeeded')
    const inputs = { session: 'r1', expected: '["lint","unit"]', 'plan-result': 'success' }
    const step = await report({ ...inputs, 'tasks-result': 'success' })
    expect(step.failed).toBe(false)
    expect(step.reported).toEqual(['lint succeeded', 'unit missing'])
    expect(step.outputs).toMatchObject({ total: '2', passed: '2', failed: '0' })
    expect(step.summary).toMatch(/^## ✅ 2 tasks passed\n/)
    expect(step.summary).toContain('> ⚠️ Without a record: unit')
    expect(step.annotations).toMatchObject([
      {
        level: 'warning',
        title: 'ACODE-CTN-013',
        message: expect.stringContaining('Without a record: unit'),
      },
    ])
    expect((await report({ ...inputs, 'tasks-result': 'failure', upload: 'false' })).failed).toBe(true)
  })

  it('ACT-4 keeps two calls of the workflow in one run apart', async () => {
    leave('lint', 'succeeded', '', 'onea1')
    leave('lint', 'failed', '', 'twoa1')
    const [one, two] = [await report({ session: 'one' }), await report({ session: 'two' })]
    expect([one.reported, two.reported]).toEqual([['lint succeeded'], ['lint failed']])
    expect([one.failed, two.failed]).toEqual([false, true])
    service.put('acode-twoa1-broken', Buffer.from('no zip'))
    expect((await report({ session: 'one', upload: 'false' })).annotations).toEqual([])
  })

  it('RUN-8 reads artifacts that were downloaded, in a folder each or the only one', async () => {
    const { record } = legWith('lint', 'succeeded', [0, 5])
    const job = await newJob()
    for (const folder of ['all/acode-r1a1-lint', 'only']) {
      const metadata = path.join(job.workspace, folder, 'container/metadata')
      await mkdir(metadata, { recursive: true })
      await writeFile(path.join(metadata, 'run.json'), JSON.stringify(record))
    }
    await mkdir(path.join(job.workspace, 'all/acode-report.r1a1'))
    for (const folder of ['all', 'only'])
      expect((await report({ path: folder, upload: 'false' }, job)).reported).toEqual(['lint succeeded'])
  })

  it('reads a storage that sends whole files only', async () => {
    service.ignoreRanges()
    leave('unit', 'failed', 'the end\n')
    const step = await report()
    expect(step.reported).toEqual(['unit failed'])
    expect(step.summary).toMatch(/the end/)
  })

  it('RUN-8 shows of a long log only its end, without fetching it whole into memory', async () => {
    leave('unit', 'failed', `${`${'x'.repeat(100)}\n`.repeat(200_000)}the end\n`)
    const step = await report({ 'log-lines': 2 })
    expect(step.summary).toMatch(/\n```text\nx{100}\nthe end\n```\n/)
  })
})

describe('./report, where records are not what they should be', () => {
  const valid = legWith('x', 'succeeded', [0, 1]).record
  it.each([
    ['is no zip', Buffer.from('<html>'), /./],
    ['is empty', Buffer.alloc(0), /./],
    ['has no record', { 'readme.txt': 'hello' }, /holds no metadata\/run.json/],
    ['has no JSON', { 'container/metadata/run.json': '{' }, /JSON/],
    [
      'has another version',
      { 'container/metadata/run.json': JSON.stringify({ ...valid, schemaVersion: 2 }) },
      /schemaVersion/,
    ],
    [
      'has a field of another type',
      { 'container/metadata/run.json': JSON.stringify({ ...valid, status: 'fine' }) },
      /status/,
    ],
    ['leads out of itself', { '../../run.json': '{}' }, /relative path/],
    [
      'is of an enormous size',
      { 'container/metadata/run.json': ' '.repeat(40 * 1024 * 1024) },
      /has 41943040 bytes/,
    ],
  ])('one that %s is invalid, and the others are reported', async (_, content, reason) => {
    service.put('acode-r1a1-broken', content)
    leave('lint', 'succeeded')
    const step = await report({ expected: '["lint","broken"]' })
    expect(step.reported).toEqual(['lint succeeded', 'broken invalid'])
    expect(step.failed).toBe(true)
    const warnings = step.annotations.filter(({ level }) => level === 'warning')
    expect(warnings).toMatchObject([{ message: expect.stringMatching(reason) }])
    expect(warnings[0]?.message).toMatch(/acode-r1a1-broken/)
  })

  it('a record whose log is not there is reported all the same', async () => {
    const { record } = legWith('unit', 'failed', [0, 1])
    service.put('acode-r1a1-unit', { 'container/metadata/run.json': JSON.stringify(record) })
    expect((await report()).reported).toEqual(['unit failed'])
  })

  it('is no report of success where there is nothing at all', async () => {
    const step = await report()
    expect(step.failed).toBe(true)
    expect(step.annotations).toMatchObject([{ message: expect.stringMatching(/nothing to report/) }])
  })

  it('is fine with nothing when nothing is expected', async () => {
    const step = await report({ expected: '[]' })
    expect(step.failed).toBe(false)
    expect(step.summary).toMatch(/^## ✅ No tasks/)
  })

  it('ends when the service does not answer for the page, after its summary', async () => {
    leave('lint', 'succeeded')
    service.hang('create')
    const step = await report()
    expect(step.reported).toEqual(['lint succeeded'])
    expect(step.failed).toBe(false)
    expect(step.annotations).toMatchObject([{ message: expect.stringMatching(/did not answer within/) }])
  })

  it('says so where the service refuses, and where it is not there', async () => {
    service.fail('list', 403)
    const refused = await report()
    expect(refused.annotations).toMatchObject([
      {
        level: 'error',
        title: 'ACODE-CTN-013',
        message: expect.stringMatching(/could not be listed: .*403/s),
      },
    ])
    const nowhere = await report({}, await newJob())
    expect(nowhere.annotations).toMatchObject([{ level: 'error', title: 'ACODE-CTN-013' }])
  })

  it('reports all the same when its page cannot be uploaded', async () => {
    leave('lint', 'succeeded')
    service.fail('create', 403)
    const step = await report()
    expect(step.failed).toBe(false)
    expect(step.annotations).toMatchObject([{ level: 'warning', title: 'ACODE-CTN-013' }])
    expect(existsSync(step.outputs.report ?? '')).toBe(true)
  })

  it('reports all the same when its page cannot be written', async () => {
    leave('lint', 'succeeded')
    const step = await report({}, await newJob({ artifacts: service, runner: { RUNNER_TEMP: '/nowhere' } }))
    expect(step.summary).toMatch(/^## ✅ 1 task passed/)
    expect(step.outputs.report).toBe('')
    expect(step.annotations).toMatchObject([
      { level: 'warning', message: expect.stringMatching(/page could not be written/) },
    ])
  })

  it('names all that is wrong with its inputs', async () => {
    const step = await report({ expected: '{}', 'fail-on': 'some', 'log-lines': '-1', upload: 'perhaps' })
    expect(step.annotations).toHaveLength(1)
    for (const name of ['expected', 'fail-on', 'log-lines', 'upload'])
      expect(step.annotations[0]?.message).toMatch(`input ${name}`)
  })

  it('CTN-4 issues no command that a task wrote into its name', async () => {
    const step = await report({ expected: JSON.stringify(['x\n::error::y', '##[error]z']) })
    expect(step.annotations).toHaveLength(1)
  })
})

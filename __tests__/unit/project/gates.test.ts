import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readTaskFile } from '../../../src/plan/file/task-file.ts'
import { legOf, publishedLeg } from '../../../src/plan/matrix.ts'
import { readReportInputs } from '../../../src/report/inputs.ts'
import {
  diedUnrecorded,
  explained,
  notUploaded,
  whyNotStarted,
  whyUnplanned,
} from '../../../src/report/needs.ts'
import { isFailure } from '../../../src/report/totals.ts'
import { legWith, missingLeg } from '../../support/report-legs.ts'
import { type Course, follow } from '../../support/run-tasks-jobs.ts'
import { inline, inputsOf } from '../plan/files.ts'

const REUSABLE = '.github/workflows/run-tasks.yml'
const BOTH = [REUSABLE, 'examples/plan-and-report.yml']
const PLANNED = {
  matrix: '{"include":[{"id":"unit","runs-on":"ubuntu-latest","task":"{}"}]}',
  ids: '["unit"]',
  count: '1',
  session: 'r1',
  offered: '',
  commit: 'abc',
}
const NOTHING = { ...PLANNED, matrix: '{"include":[]}', ids: '[]', count: '0' }
const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(PLANNED).filter(([name]) => !names.includes(name)))
const REPORTED = {
  results: '[{}]',
  total: '1',
  passed: '1',
  failed: '0',
  skipped: '0',
  allowed: '0',
  flaky: '0',
}

/** What the report says of a course whose records are those of these legs. */
async function verdict(path: string, course: Course, legs = [legWith('unit', 'succeeded', [0, 1])]) {
  const followed = follow(path, course)
  if (!followed.reportRuns) return 'not run'
  const inputs = await readReportInputs((name) => followed.reportInputs[name] ?? '')
  if (whyUnplanned(inputs) !== null) return 'red: no plan'
  if (whyNotStarted(inputs) !== null) return 'red: not started'
  const own = inputs.expected?.length === 0 ? [] : explained(legs, inputs)
  if (own.some(isFailure)) return 'red: tasks'
  if (diedUnrecorded(own, inputs, '1') !== null) return 'red: died'
  return notUploaded(own) === null ? 'green' : 'green with a warning'
}

describe.each(BOTH)('the gates of %s (RNR-2)', (path) => {
  it.each<[string, Course, boolean, string]>([
    ['all goes well', { planOutputs: PLANNED }, true, 'green'],
    ['the plan fails', { plan: 'failure', planOutputs: {} }, false, 'red: no plan'],
    ['the plan is cancelled alone', { plan: 'cancelled', planOutputs: {} }, false, 'red: no plan'],
    ['the plan fails after its outputs', { plan: 'failure', planOutputs: PLANNED }, false, 'red: no plan'],
    ['there are no tasks', { planOutputs: NOTHING }, false, 'green'],
    ['all outputs are dropped', { planOutputs: {} }, false, 'red: no plan'],
    ['the count is dropped', { planOutputs: without('count') }, true, 'green'],
    ['the ids are dropped', { planOutputs: without('ids') }, true, 'red: no plan'],
    ['the matrix is dropped', { planOutputs: without('matrix') }, false, 'red: not started'],
    ['the matrix of no tasks is dropped', { planOutputs: { ids: '[]', session: 'r1' } }, false, 'green'],
    ['a leg fails unrecorded', { planOutputs: PLANNED, tasks: 'failure' }, true, 'red: died'],
    ['a leg is cancelled', { planOutputs: PLANNED, tasks: 'cancelled' }, true, 'red: died'],
    ['the run is cancelled', { planOutputs: PLANNED, isCancelled: true }, false, 'not run'],
  ])('%s', async (_, course, taskRuns, expected) => {
    expect(follow(path, course).taskRuns).toBe(taskRuns)
    expect(await verdict(path, course)).toBe(expected)
  })

  it('is red where a task failed, or left no record and its job no success', async () => {
    const failure: Course = { planOutputs: PLANNED, tasks: 'failure' }
    expect(await verdict(path, failure, [legWith('unit', 'failed', [0, 1])])).toBe('red: tasks')
    expect(await verdict(path, failure, [missingLeg('unit')])).toBe('red: tasks')
  })

  it('is green where a task failed that may', async () => {
    const leg = legWith('unit', 'failed', [0, 1], { allowFailure: true })
    expect(await verdict(path, { planOutputs: PLANNED }, [leg])).toBe('green')
    expect(await verdict(path, { planOutputs: PLANNED, tasks: 'failure' }, [leg])).toBe('red: died')
  })

  it('warns where all jobs succeeded and a record was not uploaded', async () => {
    expect(await verdict(path, { planOutputs: PLANNED }, [missingLeg('unit')])).toBe('green with a warning')
  })

  it('hands each task to its leg as it is written', () => {
    const env = '{ http_proxy: "a", HTTP_PROXY: "b" }'
    const [task] = readTaskFile(inline(`- { id: unit, container: { image: a, run: b, env: ${env} } }`))
    if (!task) throw new Error('no task')
    return inputsOf().then((inputs) => {
      const matrix = JSON.stringify({ include: [publishedLeg(legOf(task, inputs))] })
      const followed = follow(path, { planOutputs: { ...PLANNED, matrix } })
      expect(followed.matrix()).toMatchObject({
        include: [{ task: expect.stringContaining('"env":{"http_proxy":"a","HTTP_PROXY":"b"}') }],
      })
      expect(followed.taskInputs).toMatchObject({ task: '{}', 'session-id': 'r1a1', matrix: '"unit"' })
    })
  })
})

describe('the reusable workflow (RNR-2, ACT-4)', () => {
  it('checks out no other commit than the one that was planned', () => {
    const inputs = { ref: 'topic' }
    expect(follow(REUSABLE, { inputs, planOutputs: without('commit') }).taskRuns).toBe(false)
    expect(follow(REUSABLE, { inputs, planOutputs: PLANNED }).checkoutInputs.ref).toBe('abc')
    expect(follow(REUSABLE, { planOutputs: without('commit') }).checkoutInputs.ref).toBe('')
  })

  it('runs behind a job of the caller that was skipped', async () => {
    const course = { planOutputs: PLANNED, ancestorsSucceeded: false }
    expect(follow(REUSABLE, course)).toMatchObject({ planRuns: true, taskRuns: true, reportRuns: true })
    expect(await verdict(REUSABLE, course)).toBe('green')
  })

  it('starts no task whose session is not known', async () => {
    const course = { planOutputs: without('session') }
    expect(follow(REUSABLE, course).taskRuns).toBe(false)
    expect(await verdict(REUSABLE, course)).toBe('red: not started')
  })

  it.each<[string, Course, object]>([
    ['known', { planOutputs: PLANNED, reportOutputs: REPORTED }, { ...REPORTED, count: '1' }],
    [
      'known of no tasks',
      { planOutputs: NOTHING, reportOutputs: { ...REPORTED, results: '[]', total: '0' } },
      { results: '[]', total: '0', count: '0' },
    ],
    [
      'not known: no plan',
      { plan: 'failure', planOutputs: {} },
      { results: '', total: '', failed: '', count: '' },
    ],
    [
      'not known: the count was dropped',
      { planOutputs: without('count') },
      { results: '', failed: '', count: '' },
    ],
    ['not known: cancelled', { planOutputs: PLANNED, isCancelled: true }, { results: '', passed: '' }],
  ])('has outputs that are %s', (_, course, outputs) => {
    expect(follow(REUSABLE, course).outputs).toMatchObject(outputs)
  })

  it.each([
    ['ubuntu-latest', 'ubuntu-latest'],
    ['["self-hosted","linux"]', ['self-hosted', 'linux']],
    ['{"group":"big","labels":["x"]}', { group: 'big', labels: ['x'] }],
  ])('sends plan and report to %s', (text, runsOn) => {
    const followed = follow(REUSABLE, { inputs: { 'coordinator-runs-on': text }, planOutputs: PLANNED })
    expect(followed.runsOn).toEqual({ plan: runsOn, report: runsOn })
  })

  it.each([
    ['none', {}, ''],
    ['the one of the call', { environment: 'production' }, 'production'],
  ])('runs the tasks, and they alone, in an environment: %s', (_, inputs, environment) => {
    expect(follow(REUSABLE, { inputs, planOutputs: PLANNED }).environment).toBe(environment)
    const { jobs } = parse(readFileSync(REUSABLE, 'utf8'))
    expect([jobs.plan.environment, jobs.report.environment]).toEqual([undefined, undefined])
  })

  it.each([
    ['GitHub’s names, as secrets: inherit delivers them', { TASK_SECRETS: 'A=1', CHECKOUT_TOKEN: 't' }, 't'],
    ['the names with hyphens', { 'task-secrets': 'A=1', 'checkout-token': 't' }, 't'],
    ['no token', { TASK_SECRETS: 'A=1' }, 'the-job-token'],
  ])('takes secrets: %s', (_, secrets, token) => {
    const followed = follow(REUSABLE, { secrets, planOutputs: PLANNED })
    expect(followed.taskInputs.secrets).toBe('A=1')
    expect(followed.checkoutInputs.token).toBe(token)
  })

  it('gives plan and report no secret, and the plan all that later jobs are given', () => {
    const { jobs } = parse(readFileSync(REUSABLE, 'utf8'))
    expect(JSON.stringify([jobs.plan, jobs.report])).not.toContain('secrets.')
    const { planInputs, taskInputs, reportInputs } = follow(REUSABLE, {
      inputs: { changes: 'aply', 'cleanup-age-days': 'soon', 'retention-days': 'many', 'fail-on': 'some' },
      planOutputs: PLANNED,
    })
    const passedOn = { changes: 'aply', 'cleanup-age-days': 'soon', 'retention-days': 'many' }
    expect(planInputs).toMatchObject({ ...passedOn, 'fail-on': 'some' })
    expect(taskInputs).toMatchObject(passedOn)
    expect(reportInputs).toMatchObject({ 'fail-on': 'some', 'retention-days': 'many' })
  })

  it('names each of its steps', () => {
    const { jobs } = parse(readFileSync(REUSABLE, 'utf8'))
    for (const { steps } of Object.values<{ steps: { name?: string }[] }>(jobs))
      for (const { name } of steps) expect(name).toMatch(/^[A-Z]/)
  })
})

describe('comparisons in workflows, examples and pages (RNR-2)', () => {
  it('are none that an output which is not there passes', () => {
    const texts = [
      REUSABLE,
      '.github/workflows/ci.yml',
      'examples/run-tasks.yml',
      'examples/plan-and-report.yml',
      'examples/self-hosted-fleet.yml',
      'examples/parallel-agents.yml',
      'README.md',
      'docs/workflow.md',
      'docs/tasks.md',
      'docs/report.md',
    ].map((path) => readFileSync(path, 'utf8'))
    const comparisons = texts.flatMap((text) => [
      ...text.matchAll(/(?:([\w.-]+) && )?([\w.-]+\.outputs\.[\w-]+) (?:==|!=) '(?:0|)'/g),
    ])
    expect(comparisons.length).toBeGreaterThan(0)
    for (const [, before, output] of comparisons) expect(before).toBe(output)
  })
})

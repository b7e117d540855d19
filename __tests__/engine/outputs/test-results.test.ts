import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { logOf, recordOf } from '../../support/record.ts'
import { TaskJob } from '../../support/task-job.ts'

const image = imageName.base

/** A script that writes a report of two tests and never ends its file. */
const CUT_OFF = `
  mkdir -p results
  cat >results/junit.xml <<END
<testsuite name="cart"><testcase name="adds" time="1"/><testcase name="pays" classname="cart">
<failure message="expected 1">at $PWD/src/cart.test.js:12:3</failure></testcase><testcase name="ne
END
`

describe('test results and annotations of a task', () => {
  it.each([
    ['an overlay', { workspace: 'auto' }],
    ['a copy elsewhere', { workspace: 'copy', 'workspace-path': '/w', changes: 'discard' }],
  ])('SEE-2 count also where the task ran out of time, in %s', async (_, inputs) => {
    const task = await TaskJob.create()
    mkdirSync(path.join(task.job.workspace, 'src'), { recursive: true })
    writeFileSync(path.join(task.job.workspace, 'src/cart.test.js'), '')
    const step = await task.job.uses({
      image,
      run: `${CUT_OFF}\nsleep 60`,
      timeout: '8s',
      'stop-grace': '0s',
      reports: 'results/*.xml',
      ...inputs,
    })
    const { tests, artifacts } = await recordOf(step)
    expect(tests, step.output).toMatchObject({ total: 2, passed: 1, failed: 1 })
    expect(tests?.failures[0]).toMatchObject({ name: 'pays', file: 'src/cart.test.js', line: 12 })
    expect(artifacts).toEqual([])
    expect(step.annotations).toContainEqual({
      level: 'error',
      title: 'cart › pays',
      message: 'expected 1',
      file: 'src/cart.test.js',
      line: '12',
    })
    expect(step.summary).toContain('❌ 1 of 2 tests failed, in 1 s')
    expect(step.output).toMatch(/::warning::Test results that are not whole.*results\/junit\.xml/)
  })

  it('SEE-2 are read of a workspace that is none of the checkout, whose places it has not', async () => {
    const task = await TaskJob.create()
    const inputs = { image, run: `${CUT_OFF}\nexit 1`, workspace: 'none', reports: 'results/*.xml' }
    const step = await task.job.uses(inputs)
    expect((await recordOf(step)).tests, step.output).toMatchObject({
      total: 2,
      failures: [{ name: 'pays', file: null, line: null }],
    })
  })

  it('SEE-2 are read from $ARTIFACT_DIR, and decide nothing', async () => {
    const task = await TaskJob.create()
    const run = `echo '<testsuite><testcase name="a"><failure/></testcase></testsuite>' >"$ARTIFACT_DIR/r.xml"`
    const step = await task.job.uses({ image, run, reports: '*.xml' })
    expect(step.outputs.status).toBe('succeeded')
    expect((await recordOf(step)).tests).toMatchObject({ total: 1, failed: 1 })
    expect(step.annotations).toMatchObject([{ level: 'warning', title: 'a' }])
  })

  it('SEE-1 pass with workflow-commands: annotations, and no other command does', async () => {
    const task = await TaskJob.create()
    const run = `
      echo '::group::Build'; echo "::error file=$PWD/src/a.ts,line=3::broken"; echo '::endgroup::'
      echo '::warning::careful'; echo '::set-output name=status::hacked'; echo '::add-path::/evil'
      echo '::stop-commands::x'; echo '::debug::d'; exit 1
    `
    const inputs = { image, run, 'workflow-commands': 'annotations', 'workspace-path': '/w' }
    const step = await task.job.uses(inputs)
    expect(step.annotations).toMatchObject([
      { level: 'error', title: expect.stringMatching(/failed \(exit 1\)/) },
      { level: 'error', message: 'broken', file: 'src/a.ts', line: '3' },
      { level: 'warning', message: 'careful' },
    ])
    expect(step.outputs.status).toBe('failed')
    expect(step.log).toMatch(/##\[group\]Build\n##\[error\]broken\n##\[endgroup\]/)
    expect((await logOf(step)).toString()).toContain('::error file=/w/src/a.ts,line=3::broken\n')
  })
})

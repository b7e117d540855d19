import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type ActRun, leftBy, recordIn, runWorkflow } from '../support/act/act.ts'

const example = (name: string) => readFileSync(`examples/${name}`, 'utf8')
const caller = example('run-tasks.yml')

describe('the reusable workflow, run by act', () => {
  it('runs each task of a file in its own container, and reports on all (ACT-4, RUN-8, CTN-5)', async () => {
    const run = await runWorkflow(caller, { files: { '.github/tasks.yml': example('tasks.yml') } })
    expect(run.exitCode, run.log).toBe(0)
    expect(statuses(run, 'unit', 'analyse', 'build')).toEqual(['succeeded', 'succeeded', 'succeeded'])
    expect(run.outputs.get('plan')).toMatchObject({ count: '3' })
    expect(run.outputs.get('report')).toMatchObject({ total: '3', passed: '3', failed: '0' })
    expect(run.log).toContain('Tasks/after: 3 of 3 tasks succeeded')
    expect(await leftBy(run)).toEqual([])
  })

  it('is red where a task fails, and the report says which and why (ACT-4, RUN-11)', async () => {
    const tasks = `
      tasks:
        - id: good
          container: { image: 'busybox:stable', run: 'true' }
        - id: bad
          container: { image: 'busybox:stable', run: 'echo the reason; exit 3' }`
    const run = await runWorkflow(caller, { files: { '.github/tasks.yml': tasks } })
    expect(run.exitCode, run.log).not.toBe(0)
    expect(statuses(run, 'good', 'bad')).toEqual(['succeeded', 'failed'])
    expect(run.outputs.get('report')).toMatchObject({ total: '2', passed: '1', failed: '1' })
    const report = run.summaries.at(-1)
    expect(report).toMatch(/bad.*failed/)
    expect(report).toContain('the reason')
    expect(await leftBy(run)).toEqual([])
  })

  it('can be called twice, with a branch and secrets, and where no task is to run (ACT-4, RUN-5)', async () => {
    const run = await runWorkflow(TWO_CALLS)
    expect(run.exitCode, run.log).toBe(0)
    expect(run.log).toContain('after: 1 of 1 tasks, 0 of 0 in []')
    const records = [...run.artifacts.values()].filter(({ files }) =>
      files.has('container/metadata/run.json'),
    )
    expect(records.map(({ files }) => String(files.get('container/logs/runner.log')))).toEqual([
      '*** of 14 bytes\n',
    ])
    expect(run.log).not.toContain('not-to-be-seen')
  })
})

const TWO_CALLS = `
on: push
permissions: { contents: read }
jobs:
  one:
    uses: <owner>/acode-task-container/.github/workflows/run-tasks.yml@v1
    with:
      ref: main
      tasks: |
        tasks:
          - id: first
            container:
              image: busybox:stable
              run: |
                cd /run/acode/secrets
                echo "$(cat TOKEN) of $(wc -c < TOKEN) bytes"
    secrets:
      task-secrets: TOKEN=not-to-be-seen
  none:
    uses: <owner>/acode-task-container/.github/workflows/run-tasks.yml@v1
    with:
      exclude: '*'
      tasks: |
        tasks:
          - id: other
            container: { image: 'busybox:stable', run: 'true' }
  after:
    needs: [one, none]
    runs-on: ubuntu-latest
    steps:
      - run: echo "$ONE tasks, $NONE"
        env:
          ONE: \${{ needs.one.outputs.passed }} of \${{ needs.one.outputs.total }}
          NONE: \${{ needs.none.outputs.passed }} of \${{ needs.none.outputs.total }} in \${{ needs.none.outputs.results }}
`

/** The status that the record of each task has. */
function statuses(run: ActRun, ...tasks: readonly string[]): string[] {
  const session = run.outputs.get('plan')?.session
  return tasks.map((task) => recordIn(run, `acode-${session}a1-${task}`).status)
}

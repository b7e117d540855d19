import { globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { deadlyFiles } from '../../support/deadly-files.ts'
import type { FinishedStep } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'
import { bash, fingerprint, manifest } from '../../support/tree.ts'
import { recordOf, WorkspaceJob } from '../../support/workspace-job.ts'

const RUN =
  'rm -r folder gone; echo file > folder; echo more >> shared; mkdir -p new/er; echo new > new/er/file'

/** Where main is killed: at the nth change of a path of this kind. */
const MOMENTS = [
  { moment: 'the lock is taken', files: '/apply/\\w+\\.lock$', at: 1, end: 'before' },
  { moment: 'new contents are written aside', files: '/\\.acode-apply-\\w+/new-', at: 3, end: 'before' },
  { moment: 'the journal is written', files: '/apply/\\w+/journal', at: 2, end: 'before' },
  { moment: 'the first file is taken away', files: '/\\.acode-apply-\\w+/old-', at: 2, end: 'before' },
  { moment: 'the last file is put in place', files: '/new/er/file', at: 1, end: 'before' },
  { moment: 'the apply is committed', files: '/apply/\\w+/committed', at: 1, end: 'before' },
  { moment: 'it is cleaned up', files: '/apply/\\w+/(journal|committed)', at: 4, end: 'after' },
] as const

type Moment = Pick<(typeof MOMENTS)[number], 'files' | 'at'>

async function killed({ files, at }: Moment) {
  const job = await WorkspaceJob.create()
  const before = manifest(job.workspace)
  const env = deadlyFiles(`^${job.job.layout.root}/_work/.*${files}`, at)
  const step = await job.runKilled({ 'task-id': 'killed', changes: 'apply', run: RUN }, env)
  return { job, step, before }
}

/** What the runner's own folder has of applies that are under way. */
const journalsOf = (job: WorkspaceJob): string[] =>
  globSync('_work/_acode-*/apply/*', { cwd: job.job.layout.root })

/** The workspace is as it was, or has all changes, and nothing of an apply is in it. */
function expectWhole(job: WorkspaceJob, before: ReadonlyMap<string, string>, end: 'before' | 'after'): void {
  const now = manifest(job.workspace)
  expect(readdirSync(job.workspace).filter((name) => name.startsWith('.acode'))).toEqual([])
  expect(journalsOf(job)).toEqual([])
  if (end === 'before') expect(now).toEqual(before)
  else expect([...now.keys()].sort()).toEqual(['folder', 'new/er/file', 'shared', 'untracked'])
}

function cleanupOf(job: WorkspaceJob, step: FinishedStep) {
  return step.outputs.record === undefined ? recordIn(job) : recordOf(step).cleanup
}

/** The cleanup in the only record of a job whose main never reported its path. */
function recordIn(job: WorkspaceJob): { removed: string[]; failed: string[] } {
  const [file = ''] = globSync('acode-*/record/container/metadata/run.json', { cwd: job.job.temp })
  return JSON.parse(readFileSync(path.join(job.job.temp, file), 'utf8')).cleanup
}

describe('changes: apply, main is killed', () => {
  test.each(someOf(MOMENTS, 3))(
    'when $moment: after post it is all or nothing (CTN-6, GIT-6, RUN-8)',
    async (moment) => {
      const { job, step, before } = await killed(moment)

      const post = await step.post()

      expect(post.annotations).toMatchObject([{ level: 'warning', title: 'ACODE-CTN-009' }])
      expectWhole(job, before, moment.end)
      if (moment.at > 1) {
        expect(post.log).toMatch(/Found changes that a killed task was applying/)
        expect(cleanupOf(job, step).removed.join()).toMatch(
          moment.end === 'after' ? /: completed/ : /: taken back/,
        )
      }
      await job.expectNothingLeft()
    },
  )

  test.each(someOf(MOMENTS, 2, 1))(
    'when $moment: what the next task works on is all or nothing (CTN-6, GIT-6, RUN-8)',
    async (moment) => {
      const { job, before } = await killed(moment)
      rmSync(job.job.temp, { recursive: true }) // as the runner empties it at the start of a job
      mkdirSync(job.job.temp)

      const next = await job.run({ 'task-id': 'next', changes: 'apply', run: 'cp -R . "$ARTIFACT_DIR"' })

      expect(next.annotations).toEqual([])
      expectWhole(job, before, moment.end)
      const seen = manifest(path.join(path.dirname(next.outputs.record ?? ''), '../artifacts'))
      expect([...seen.keys()].sort()).toEqual([...manifest(job.workspace).keys()].sort())
      if (moment.at > 1) expect(recordOf(next).cleanup.orphans.join()).toMatch(/killed task was applying/)
      await job.expectNothingLeft()
    },
  )

  test('what was changed since is not overwritten: post and the next task say what lies where (GIT-6)', async () => {
    const { job, step } = await killed({ files: '/apply/\\w+/committed', at: 1 })
    writeFileSync(path.join(job.workspace, 'shared'), 'theirs\n')
    const half = manifest(job.workspace)

    const post = await step.post()
    const next = await job.run({
      'task-id': 'next',
      workspace: 'copy',
      changes: 'apply',
      run: 'echo 1 > mine',
    })

    expect(manifest(job.workspace)).toEqual(half)
    for (const { annotations } of [post, next])
      expect(annotations.map(({ message }) => message).join()).toMatch(
        /in part and cannot be taken back: shared changed there since\. What was there before is in \S+\.acode-apply-\w+ /,
      )
    expect(next.outputs['error-code']).toBe('ACODE-CTN-010')
    expect(readFileSync(path.join(job.workspace, 'shared'), 'utf8')).toBe('theirs\n')
  })

  test('a link in the place of a folder leads post and the next task nowhere (GIT-6)', async () => {
    const { job, step } = await killed({ files: '/apply/\\w+/committed', at: 1 })
    const outside = path.join(job.job.layout.root, 'outside')
    bash(`mv new ${outside}; ln -s ${outside} new`, job.workspace)
    const before = fingerprint(outside)

    const post = await step.post()
    await job.run({ 'task-id': 'next', workspace: 'copy', run: 'true' })

    expect(fingerprint(outside)).toBe(before)
    expect(post.annotations.map(({ message }) => message).join()).toMatch(
      /cannot be taken back: new\/er\/file/,
    )
  })

  test('in a workspace that was cleaned since nothing is taken back (GIT-6, RUN-8)', async () => {
    const { job } = await killed({ files: '/apply/\\w+/committed', at: 1 })
    bash('git clean -qffdx; git reset -q --hard', job.workspace)
    const cleaned = manifest(job.workspace)

    const next = await job.run({ 'task-id': 'next', changes: 'apply', run: 'true' })

    expect(next.annotations).toEqual([])
    expect(manifest(job.workspace)).toEqual(cleaned)
    expect(recordOf(next).cleanup.orphans.join()).toMatch(/nothing is left to take back/)
    expect(journalsOf(job)).toEqual([])
  })

  test('the lock of a living apply is waited for, not broken (CTN-4)', async () => {
    const job = await WorkspaceJob.create()
    const first = job.start({ 'task-id': 'first', changes: 'apply', run: 'echo 1 > first' })
    const second = job.start({ 'task-id': 'second', changes: 'apply', run: 'echo 1 > second' })

    const steps = await Promise.all([first.result, second.result])

    expect(steps.flatMap(({ annotations }) => annotations)).toEqual([])
    expect(readFileSync(path.join(job.workspace, 'first'), 'utf8')).toBe('1\n')
    expect(readFileSync(path.join(job.workspace, 'second'), 'utf8')).toBe('1\n')
    expect(journalsOf(job)).toEqual([])
  })
})

import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { git, hashOfTree, recordOf, WorkspaceJob } from '../../support/workspace-job.ts'

const TASKS = Array.from({ length: 20 }, (_, index) => `t${index}`)

/** Commits, branches and rewrites what all others do too, and fails where it meets what is not its own. */
const work = (task: string): string => `
  set -e
  git config --get-regexp extraheader && exit 3
  git checkout -q -b work
  git branch ${task}
  for round in 1 2 3; do
    echo ${task} $round > shared
    echo ${task} > folder/file-$round
    git add -A
    git -c user.name=${task} -c user.email=t@example.com commit -q -m "${task} $round"
  done
  git rm -q gone
  echo ${task} > own-${task}
  for other in own-*; do test $other = own-${task}; done
  test "$(cat shared)" = "${task} 3"
  test "$(git log --format=%an -3 | sort -u)" = ${task}
  test "$(git branch --format='%(refname:short)' | tr '\\n' ' ')" = "$(printf '%s\\n' main ${task} work | sort | tr '\\n' ' ')"
`

describe('workspace: tasks side by side', () => {
  test('twenty tasks at once on one checkout see nothing of each other, and each one’s changes come back (CTN-4, GIT-1, GIT-6)', async () => {
    const job = await WorkspaceJob.create()
    const before = hashOfTree(job.workspace)

    const steps = await Promise.all(
      TASKS.map((task) => job.run({ 'task-id': task, workspace: 'overlay', run: work(task) })),
    )

    expect(hashOfTree(job.workspace)).toBe(before)
    steps.forEach((step, index) => {
      const task = TASKS[index] ?? ''
      expect(step.output).not.toMatch(/index\.lock/)
      expect({ task, status: recordOf(step).status, output: step.failed ? step.output : '' }).toEqual({
        task,
        status: 'succeeded',
        output: '',
      })
      expect(recordOf(step).workspace).toMatchObject({ method: 'overlay', deletedFiles: 1 })
      const fresh = path.join(job.job.temp, `fresh-${task}`)
      cpSync(job.workspace, fresh, { recursive: true, verbatimSymlinks: true })
      git(fresh, 'apply', step.outputs.patch ?? '')
      expect(readFileSync(path.join(fresh, 'shared'), 'utf8')).toBe(`${task} 3\n`)
      expect(readdirSync(fresh).filter((name) => name.startsWith('own-'))).toEqual([`own-${task}`])
      expect(existsSync(path.join(fresh, 'gone'))).toBe(false)
      const bundle = path.join(path.dirname(step.outputs.patch ?? ''), 'commits.bundle')
      git(fresh, 'fetch', '--quiet', bundle, 'refs/heads/work:refs/heads/fetched')
      expect(git(fresh, 'log', '--format=%s', 'main..fetched').trim().split('\n')).toEqual(
        [3, 2, 1].map((round) => `${task} ${round}`),
      )
    })
    await job.expectNothingLeft()
  })
})

import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { imageName, volumes } from '../../support/engine.ts'
import { someOf } from '../../support/slow.ts'
import { CREDENTIAL, hashOfTree, recordOf, WorkspaceJob } from '../../support/workspace-job.ts'

const ISOLATED = ['overlay', 'clone', 'copy'] as const

describe('workspace: what each method guarantees', () => {
  test('bind is the shared folder itself (GIT-5)', async () => {
    const job = await WorkspaceJob.create()

    const step = await job.run({
      workspace: 'bind',
      run: 'pwd; cat untracked; echo task > made; rm gone; echo more >> shared',
    })

    expect(recordOf(step)).toMatchObject({ status: 'succeeded', workspace: { method: 'bind' } })
    expect(step.log).toContain(job.workspace)
    expect(readFileSync(path.join(job.workspace, 'made'), 'utf8')).toBe('task\n')
    expect(statSync(path.join(job.workspace, 'made')).uid).toBe(process.getuid?.())
    expect(existsSync(path.join(job.workspace, 'gone'))).toBe(false)
    expect(step.outputs.patch ?? '').toBe('')
    await job.expectNothingLeft()
  })

  test.each(someOf(ISOLATED, 2))('two tasks in turn share nothing (%s; CTN-10, GIT-1)', async (workspace) => {
    const job = await WorkspaceJob.create()
    const before = hashOfTree(job.workspace)
    await job.run({
      workspace,
      run: 'git checkout -q -b mine; git -c user.name=t -c user.email=t@t commit -qam one; rm -r folder; echo left > left; touch .git/index.lock',
    })

    const second = await job.run({
      workspace,
      run: 'set -e; test ! -e left; test ! -e .git/index.lock; test -e folder/file-1; git branch --format="%(refname)"; git log --format=%s; git add -A',
    })

    expect({ failed: second.failed, log: second.failed ? second.log : '' }).toEqual({
      failed: false,
      log: '',
    })
    expect(second.log).not.toContain('refs/heads/mine')
    expect(hashOfTree(job.workspace)).toBe(before)
    await job.expectNothingLeft()
  })

  test.each(someOf(ISOLATED, 2, 1))(
    'git works and the checkout’s credential is out of reach (%s; GIT-1)',
    async (workspace) => {
      const job = await WorkspaceJob.create()

      const step = await job.run({
        workspace,
        ...(workspace === 'overlay' ? {} : { user: '4711:4711' }),
        run: 'set -e; git status --porcelain; git remote get-url origin; git worktree add -q -b tree /tmp/tree; cat .git/config; grep -r extraheader .git || echo none; git log --format=%an',
      })

      expect({ failed: step.failed, log: step.failed ? step.log : '' }).toEqual({ failed: false, log: '' })
      expect(step.output).not.toContain(CREDENTIAL)
      expect(step.log).toContain('https://github.com/octo-org/octo-repo')
      expect(step.log).toContain(' M folder/file-0\n?? untracked')
      await job.expectNothingLeft()
    },
  )

  test.each(someOf(ISOLATED, 1, 2))(
    'with a read-only root the workspace is writable (%s; CTN-10)',
    async (workspace) => {
      const job = await WorkspaceJob.create()

      const step = await job.run({
        workspace,
        'read-only': 'true',
        run: 'set -e; ! touch /etc/x 2>/dev/null; echo new > new; rm gone',
      })

      expect({ failed: step.failed, log: step.failed ? step.log : '' }).toEqual({ failed: false, log: '' })
      expect(recordOf(step).workspace).toMatchObject({ method: workspace, changedFiles: 1, deletedFiles: 1 })
      await job.expectNothingLeft()
    },
  )

  test.each(someOf(['clone', 'copy'], 1))(
    'the image’s own user owns its copy (%s; CTN-10)',
    async (workspace) => {
      const job = await WorkspaceJob.create()

      const step = await job.run({
        workspace,
        image: imageName.user,
        user: 'image',
        run: 'set -e; test "$(id -u)" = 1000; echo new > new; mkdir made; rm gone; echo more >> folder/file-1; test "$(stat -c %u .)" = 1000',
      })

      expect({ failed: step.failed, log: step.failed ? step.log : '' }).toEqual({ failed: false, log: '' })
      expect(recordOf(step).workspace).toMatchObject({ changedFiles: 2, deletedFiles: 1 })
      await job.expectNothingLeft()
    },
  )

  test.each(someOf(ISOLATED, 2, 2))(
    'a cancel while it is prepared leaves nothing (%s; CTN-10)',
    async (workspace) => {
      const job = await WorkspaceJob.create()
      const filter = `label=acode.session=${job.session}`
      const step = job.start({ workspace, run: 'sleep 100' })
      await step.sees(/workspace {2}/)

      const ended = await step.cancel()
      // A call that a cancelled job gave up the engine may yet carry out: post looks again.
      await ended.post()

      expect(recordOf(ended)).toMatchObject({ status: 'cancelled', error: { code: 'ACODE-CTN-009' } })
      expect(await volumes(filter)).toEqual([])
      await job.expectNothingLeft()
    },
  )
})

import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { EngineGate, killedAt, REQUEST } from '../../support/engine-gate.ts'
import { messages } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'
import { copyOf } from '../../support/tree.ts'
import { unprivileged } from '../../support/unprivileged.ts'
import { recordOf, WorkspaceJob } from '../../support/workspace-job.ts'
import { differences, tryTask } from '../../support/workspace-task.ts'

/** Deletions, folders made again, and everything by which a user keeps itself out of its own files. */
const CHANGES = `
  set -e
  rm gone; echo more >>shared; rm -r folder; mkdir -p folder/deep; echo again >folder/file-1
  echo new >folder/deep/new; chmod 500 folder/deep; echo hidden >hidden; chmod 400 hidden
  mkdir closed; echo inside >closed/inside; echo exec >run; chmod 711 run; mkfifo pipe; ln -s /nowhere link
  git add --all; git -c user.name=t -c user.email=t@t commit --quiet --message task
  chmod 500 closed
`

const USERS: [string, Record<string, string>][] = [
  ['the runner’s user', {}],
  ['root', { profile: 'standard', user: '0' }],
]

describe('the layers of an overlay in the run’s folder (GIT-1, GIT-4)', () => {
  it.each(USERS)(
    'are read and removed by a runner that is not root, after a task of %s',
    async (_, inputs) => {
      const job = await WorkspaceJob.create(await unprivileged())
      const trial = await tryTask(job.job, CHANGES, { workspace: 'overlay', upload: 'never', ...inputs })
      expect(
        trial.step.annotations.filter(({ level }) => level === 'error'),
        trial.step.output,
      ).toEqual([])
      expect(trial.record).toMatchObject({
        status: 'succeeded',
        workspace: { method: 'overlay', commits: 2 },
      })
      expect(differences(trial.left, trial.applied).filter((line) => !line.startsWith('"pipe"'))).toEqual([])
      expect(trial.untouched).toBe(true)
      await job.expectNothingLeft()
    },
  )

  it.each(someOf(USERS, 1))('go with post where main was killed, after a task of %s', async (_, inputs) => {
    const job = await WorkspaceJob.create(await unprivileged())
    const gate = await EngineGate.start()
    const start = () => job.start({ run: CHANGES, 'task-id': 'killed', ...inputs }, gate.env)
    const step = await killedAt(gate, REQUEST.remove, 'before', start)
    const post = await step.post()
    expect(messages(post, 'warning').join()).not.toMatch(/Cleanup is not complete/)
    await job.expectNothingLeft()
  })

  it.each(someOf(USERS, 1, 1))(
    'go with the next start where there was no post, after a task of %s',
    async (_, inputs) => {
      const job = await WorkspaceJob.create(await unprivileged())
      const gate = await EngineGate.start()
      const start = () => job.start({ run: CHANGES, 'task-id': 'killed', ...inputs }, gate.env)
      await killedAt(gate, REQUEST.remove, 'before', start, true)
      await expect.poll(() => job.job.leftoverProcesses(), { timeout: 30_000 }).toEqual([])
      const next = await job.run({ run: 'true', 'task-id': 'next' })
      expect(next.annotations).toEqual([])
      expect(recordOf(next).cleanup.failed).toEqual([])
      await job.expectNothingLeft()
    },
  )

  it.skipIf(process.getuid?.() !== 0)(
    'hold what was another user’s in the checkout, and are read all the same',
    async () => {
      const job = await WorkspaceJob.create(await unprivileged())
      const open = path.join(job.workspace, 'open')
      mkdirSync(open)
      for (const name of ['open/written', 'moved']) writeFileSync(path.join(job.workspace, name), 'of root\n')
      for (const name of ['open/written', 'moved']) chownSync(path.join(job.workspace, name), 0, 0)
      chmodSync(path.join(open, 'written'), 0o666)
      chmodSync(path.join(job.workspace, 'moved'), 0o644)
      const step = await job.run({
        workspace: 'overlay',
        run: 'echo more >>open/written; mv moved away; echo closed >closed; chmod 0 closed',
      })
      expect(step.outputs.status, step.output).toBe('succeeded')
      const fresh = copyOf(job.workspace)
      execFileSync('git', ['apply', step.outputs.patch ?? ''], { cwd: fresh })
      expect(readFileSync(path.join(fresh, 'open/written'), 'utf8')).toBe('of root\nmore\n')
      expect(readFileSync(path.join(fresh, 'away'), 'utf8')).toBe('of root\n')
      expect(readFileSync(path.join(fresh, 'closed'), 'utf8')).toBe('closed\n')
      expect(existsSync(path.join(fresh, 'moved'))).toBe(false)
      await job.expectNothingLeft()
    },
  )
})

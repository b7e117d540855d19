import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { processIdentity } from '../../../src/host/identity.ts'
import { ordinaryUser } from '../../support/group-socket.ts'
import { type FinishedStep, otherThanKilled, type User } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'
import { recordOf, WorkspaceJob } from '../../support/workspace-job.ts'

const isRoot = process.getuid?.() === 0

/** Everything that a task which runs as root can do to make its files hard to remove. */
const AS_ROOT = `
  set -e
  test "$(id -u)" = 0
  echo root > made-by-root
  mkdir -p deep/er && echo root > deep/er/file && chmod 600 deep/er/file && chmod 700 deep deep/er
  ln deep/er/file deep/hard
  ln -s /nowhere link
  ln -s deep folder-link
  echo changed > shared
  chown 0:0 folder folder/file-1
  chmod 500 folder
  printf x > "$(printf 'we ird\\n\\377')"
  mkfifo pipe
  mkdir -p given && chown 1234:1234 given && echo root > given/inside
  echo artifact > "$ARTIFACT_DIR/artifact"
`

/** That user overwrites every file and deletes everything below a folder. */
function expectRemovable(folder: string, { uid, gid }: User): void {
  const script =
    'chmod -R u+rwX . && find . -type f -exec sh -c \'for one; do : >"$one" || exit 1; done\' sh {} + && find . -mindepth 1 -delete'
  const args = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', 'sh', '-ec', script]
  execFileSync('setpriv', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
}

describe.skipIf(!isRoot)('workspace: an ordinary user’s runner and a task that is root', () => {
  test.each(someOf(['bind', 'overlay', 'clone', 'copy', 'none'], 3))(
    'after %s the runner’s user can overwrite and delete everything (CTN-10, GIT-2, GIT-5)',
    async (workspace) => {
      const { user, env } = await ordinaryUser()
      const job = await WorkspaceJob.create({ user, env })
      const run = workspace === 'none' ? `mkdir folder; touch folder/file-1; ${AS_ROOT}` : AS_ROOT

      const step = await job.run({ workspace, profile: 'standard', user: '0', artifacts: 'deep/**', run })

      expect({ status: recordOf(step).status, log: step.failed ? step.log : '' }).toEqual({
        status: 'succeeded',
        log: '',
      })
      expect(step.annotations.filter(({ level }) => level === 'error')).toEqual([])
      await job.expectNothingLeft()
      expectRemovable(job.workspace, user)
      expectRemovable(job.job.temp, user)
    },
  )

  test('a kept copy is the runner’s user’s too (GIT-2)', async () => {
    const { user, env } = await ordinaryUser()
    const job = await WorkspaceJob.create({ user, env })

    const step = await job.run({
      workspace: 'overlay',
      profile: 'standard',
      user: '0',
      'keep-failed': 'true',
      run: `${AS_ROOT}\nexit 3`,
    })

    expect(recordOf(step).workspace?.kept).toBeDefined()
    const [kept = ''] = job.kept()
    expectRemovable(kept, user)
  })

  test('what a root job container left on the runner is passed by (RNR-5, GIT-2)', async () => {
    const { user, env } = await ordinaryUser()
    const job = await WorkspaceJob.create({ user, env })
    const owner = JSON.stringify({ ...processIdentity(), start: '1' })
    const roots = ['acode', 'acode-s1-a-00000000'].map((name) => path.join(job.job.temp, name))
    roots.push(path.join(job.work, '_acode'), path.join(job.work, '_acode-kept-acode-s1-again-00000000'))
    for (const folder of roots) {
      mkdirSync(path.join(folder, 'private'), { recursive: true, mode: 0o700 })
      writeFileSync(path.join(folder, 'private/owner.json'), owner)
      utimesSync(folder, 1, 1)
    }

    const inputs = { 'session-id': 's1', 'task-id': 'again', 'keep-failed': 'true', workspace: 'overlay' }
    const step = await job.run({ ...inputs, run: 'exit 3' })

    expect(step.annotations.filter(({ level }) => level === 'warning')).toEqual([])
    expect(recordOf(step)).toMatchObject({ status: 'failed', cleanup: { failed: [] } })
    expect(recordOf(step).workspace?.kept).toBeDefined()
    for (const folder of roots) expect(existsSync(folder)).toBe(true)
  })

  test('what root makes in a mounted folder of the workspace is the runner’s user’s (CTN-10)', async () => {
    const { user, env } = await ordinaryUser()
    const job = await WorkspaceJob.create({ user, env })
    mkdirSync(path.join(job.workspace, 'data'))
    writeFileSync(path.join(job.workspace, 'data/own'), 'own')
    job.job.chown()

    const step = await job.run({
      workspace: 'overlay',
      profile: 'standard',
      user: '0',
      mounts: 'data:/data',
      run: 'mkdir /data/of-root && echo root > /data/of-root/file && chmod 700 /data/of-root',
    })

    expect(step.failed).toBe(false)
    expectRemovable(job.workspace, user)
  })

  /** A task as root in the shared workspace and a mounted folder of it, whose main is killed while it works. */
  async function killedAtWork(): Promise<{ job: WorkspaceJob; user: User; step: FinishedStep }> {
    const { user, env } = await ordinaryUser()
    const job = await WorkspaceJob.create({ user, env })
    mkdirSync(path.join(job.workspace, 'data'))
    job.job.chown()
    const running = job.start({
      workspace: 'bind',
      profile: 'standard',
      user: '0',
      mounts: 'data:/data',
      run: `${AS_ROOT}\nmkdir /data/of-root && echo root > /data/of-root/file && chmod 700 /data/of-root\necho written\nsleep 600`,
    })
    await running.sees(/^written$/m)
    await running.kill('SIGKILL')
    return { job, user, step: await running.result }
  }

  test('where main was killed, post gives everything back to the runner’s user (CTN-6, CTN-10, GIT-2)', async () => {
    const { job, user, step } = await killedAtWork()

    const post = await step.post()

    expect(otherThanKilled(post)).toEqual([])
    await job.expectNothingLeft()
    expectRemovable(job.workspace, user)
    expectRemovable(job.job.temp, user)
  })

  test('where post never ran, the next start does (CTN-10, CTN-11, GIT-2)', async () => {
    const { job, user } = await killedAtWork()

    const next = await job.run({ 'task-id': 'next', workspace: 'none', run: 'true' })

    expect(next.annotations).toEqual([])
    expect(recordOf(next).cleanup.failed).toEqual([])
    await job.expectNothingLeft()
    expectRemovable(job.workspace, user)
    expectRemovable(job.job.temp, user)
  })

  test('the hook of a job’s start does, before its checkout (RNR-5, RNR-6)', async () => {
    const { job, user } = await killedAtWork()

    const hook = await job.job.hook('hooks/job-started.sh')

    expect(hook, hook.log).toMatchObject({ failed: false, annotations: [] })
    expect(hook.log).toContain('Removed orphans: ')
    await job.expectNothingLeft()
    expectRemovable(job.workspace, user)
    expectRemovable(job.job.temp, user)
  })

  test('a second try of the killed task does (CTN-3, CTN-10)', async () => {
    const { job, user } = await killedAtWork()

    const again = await job.run({ workspace: 'none', run: 'true' })

    expect(again.annotations).toEqual([])
    await job.expectNothingLeft()
    expectRemovable(job.workspace, user)
  })
})

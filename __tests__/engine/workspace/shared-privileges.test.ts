import { lstatSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { ordinaryUser } from '../../support/group-socket.ts'
import { otherThanKilled, type User } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'
import { bash } from '../../support/tree.ts'
import { recordOf, WorkspaceJob } from '../../support/workspace-job.ts'

const isRoot = process.getuid?.() === 0

/** What a task leaves to have its rights once it is over, or those of the disk's devices. */
const LEAVE = `
  for at in . /data; do
    mkdir -p $at/deep/er
    cp /bin/busybox $at/deep/er/su; chmod 4755 $at/deep/er/su
    cp /bin/busybox $at/group; chmod 2711 $at/group
    cp /bin/busybox "$at/$(printf 'odd\\n\\377')"; chmod 6755 "$at/$(printf 'odd\\n\\377')"
    cp /bin/busybox $at/unreadable; chmod 4000 $at/unreadable
    ln -s /bin/busybox $at/link
    for kind in 'b 8 0' 'c 1 8' 'c 0 0'; do mknod $at/device-"$(echo $kind | tr -d ' ')" $kind 2>/dev/null && echo made $kind || true; done
    mkdir $at/closed; cp /bin/busybox $at/closed/su; chmod 4755 $at/closed/su; chmod 0 $at/closed
  done
  echo left
`

/** A checkout with a file that had its rights before, and a folder beside it that is mounted at /data. */
async function newJob(user?: User, env?: Record<string, string>) {
  const job = await WorkspaceJob.create({ ...(user && { user }), ...(env && { env }) })
  const data = path.join(job.workspace, 'data')
  mkdirSync(data)
  job.job.chown()
  for (const folder of [job.workspace, data]) {
    writeFileSync(path.join(folder, 'before'), '')
    if (user) bash(`chown ${user.uid}:${user.gid} before`, folder)
    bash('chmod 6755 before', folder)
  }
  return job
}

/** Files with a set id and devices, below the workspace. */
const privileged = (job: WorkspaceJob): string[] =>
  bash("find . '(' -type f -perm /6000 -o -type b -o -type c ')' -print", job.workspace)
    .split('\n')
    .filter((line) => line !== '')
    .sort()

const INPUTS = { workspace: 'bind', mounts: 'data:/data', network: 'none' }
const KINDS = [
  { name: 'profile strict', inputs: {} },
  { name: 'root in profile standard', inputs: { profile: 'standard', user: '0' } },
] as const

describe.skipIf(!isRoot)('what a task leaves in folders that it shares with the runner', () => {
  for (const runner of ['root', 'an ordinary user']) {
    const start = async () => {
      if (runner === 'root') return newJob()
      const { user, env } = await ordinaryUser()
      return newJob(user, env)
    }

    test.each(KINDS)(
      `$name, the runner is ${runner}: main takes set ids and devices (IMG-3, CTN-10)`,
      async ({ inputs }) => {
        const job = await start()

        const step = await job.run({ ...INPUTS, ...inputs, run: LEAVE })

        expect({ status: recordOf(step).status, log: step.failed ? step.log : '' }).toEqual({
          status: 'succeeded',
          log: '',
        })
        expect(step.annotations).toEqual([])
        expect(privileged(job)).toEqual(['./before', './data/before'])
        expect(lstatSync(path.join(job.workspace, 'deep/er/su')).mode & 0o777).toBe(0o755)
        expect(step.lines).not.toContain('made b 8 0')
        expect(step.lines).not.toContain('made c 1 8')
        expect(step.log).toMatch(
          /^Took set user and group ids and devices that the task left: ".*" and \d+ more$/m,
        )
      },
    )

    test.each(someOf(['post', 'the next start'], 1, runner === 'root' ? 0 : 1))(
      `main was killed, the runner is ${runner}: %s takes them (CTN-6, CTN-11)`,
      async (who) => {
        const job = await start()
        const running = job.start({ ...INPUTS, profile: 'standard', user: '0', run: `${LEAVE}\nsleep 600` })
        await running.sees(/^left$/m)
        await running.kill('SIGKILL')
        const step = await running.result

        const after =
          who === 'post'
            ? await step.post()
            : await job.run({ 'task-id': 'next', workspace: 'none', run: 'true' })

        expect(otherThanKilled(after)).toEqual([])
        expect(privileged(job)).toEqual(['./before', './data/before'])
        expect(after.log).toMatch(/Took set user and group ids/)
      },
    )
  }

  test('a file that the task changed is not as it was before', async () => {
    const job = await newJob()
    await job.run({ ...INPUTS, run: 'cp /bin/busybox before; chmod 6755 before' })
    expect(privileged(job)).toEqual(['./data/before'])
  })
})

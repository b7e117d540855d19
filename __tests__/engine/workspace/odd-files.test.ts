import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { jobs } from '../../support/jobs.ts'
import { recordOf } from '../../support/record.ts'
import { messages } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'
import { bash, copyOf } from '../../support/tree.ts'
import { differences, tryTask } from '../../support/workspace-task.ts'

const ISOLATED = ['overlay', 'clone', 'copy'] as const
const REPOSITORY =
  'git init -q -b main; echo 1 >f; echo 2 >g; mkdir d; echo 3 >d/x; git add -A; git commit -qm one'

describe('what is no regular file', () => {
  const newJob = jobs()

  it.each(someOf([...ISOLATED, 'bind'], 2, 1))(
    'keeps nothing waiting, and is named (%s; GIT-6)',
    async (workspace) => {
      const job = await newJob()
      bash(REPOSITORY, job.workspace)
      const socket = `import socket; socket.socket(socket.AF_UNIX).bind('out/socket')`
      const run = `set -e; mkdir out; mkfifo out/pipe; python3 -c "${socket}"
      rm f; mkfifo f; rm -r d; mkfifo d; echo 2 >>g; ln out/pipe out/again; echo 1 >out/file; exec 9<>out/pipe; echo waiting >&9`
      const step = await job.uses({
        image: 'python:3.13-slim',
        ...{ workspace, run, network: 'none', profile: 'standard', user: '0:0' },
        artifacts: 'out/*\nf\nd/**',
      })
      expect(step.outputs.status, step.output).toBe('succeeded')
      expect((await recordOf(step)).artifacts).toEqual(['out/file'])
      const left = messages(step, 'warning').join()
      for (const name of ['pipe', 'again']) expect(left).toContain(`out/${name}`)
      if (workspace === 'bind') return
      // An engine's archives have no sockets.
      expect(step.log).toMatch(/Changes: 2 files written, 2 deleted, [45] sockets, pipes or devices left out/)
      expect(readFileSync(step.outputs.patch ?? '', 'utf8')).not.toMatch(/out\/(pipe|again|socket)/)
    },
  )

  it.each(someOf(ISOLATED, 2))('in the checkout is no change (%s; GIT-6)', async (workspace) => {
    const job = await newJob()
    bash(`${REPOSITORY}; mkfifo pipe d/pipe; mknod null c 1 3 || true`, job.workspace)
    const trial = await tryTask(job, 'echo 2 >>f; rm -f d/pipe', { workspace, artifacts: '**' })
    expect(trial.record, trial.step.output).toMatchObject({
      status: 'succeeded',
      workspace: { changedFiles: 1, deletedFiles: 0 },
    })
    expect(differences(trial.left, trial.applied)).toEqual([])
  })
})

describe('what patches cannot hold of files', () => {
  const newJob = jobs()

  it.each(someOf(ISOLATED, 2, 2))(
    'set-id bits, owners and extended attributes are left behind (%s; CTN-4)',
    async (workspace) => {
      const job = await newJob()
      bash(REPOSITORY, job.workspace)
      const run =
        'cp /bin/busybox suid 2>/dev/null || cp /bin/sh suid; chmod 6755 suid; chmod 1777 d; chmod 4755 g; setfattr -n user.mine -v x g 2>/dev/null || true'
      const step = await job.uses({
        image: 'acode-test/git:1',
        ...{ workspace, run, network: 'none', changes: 'apply' },
      })
      expect(step.outputs.status, step.output).toBe('succeeded')
      for (const name of ['suid', 'g']) {
        const { mode } = statSync(path.join(job.workspace, name))
        expect(mode & 0o6000).toBe(0)
        expect(mode & 0o100).toBe(0o100)
      }
    },
  )
})

describe('a file over 1 GiB', () => {
  const newJob = jobs()

  it.each(
    someOf(
      [
        ['made', 'truncate -s 1100M big; echo end >>big'],
        ['deleted', 'rm old'],
      ],
      1,
    ),
  )(
    'that is %s comes in an archive, for git would hold it in memory (GIT-6)',
    async (_, change) => {
      const job = await newJob()
      bash(
        `git init -q -b main; echo 1 >f; git add -A; git commit -qm one; truncate -s 1100M old`,
        job.workspace,
      )
      const run = `echo 2 >>f; ${change}`
      const step = await job.uses({ image: 'acode-test/base:1', run, network: 'none', upload: 'never' })
      expect(step.outputs.status, step.output).toBe('succeeded')
      expect(messages(step, 'warning').join()).toMatch(/no patch but changes\.tar: (big|old) is over 1 GiB/)
      const copy = copyOf(job.workspace)
      bash(
        `xargs -0 -r rm -- <"${path.dirname(step.outputs.patch ?? '')}/deleted.list"; tar -xf "${step.outputs.patch}"`,
        copy,
      )
      expect(bash('cat f', copy)).toBe('1\n2\n')
      if (change.startsWith('rm')) expect(existsSync(path.join(copy, 'old'))).toBe(false)
      else expect(statSync(path.join(copy, 'big')).size).toBe(1100 * 1024 ** 2 + 4)
    },
    300_000,
  )
})

describe('a great many files', () => {
  const newJob = jobs()

  it.each(someOf(ISOLATED, 1))(
    '20,000 new ones are collected in time that grows with their number (%s; GIT-6)',
    async (workspace) => {
      const job = await newJob()
      bash(REPOSITORY, job.workspace)
      const milliseconds: number[] = []
      for (const count of [2_000, 20_000]) {
        const run = `for folder in $(seq ${count / 500}); do mkdir -p m/$folder; (cd m/$folder; for n in $(seq 500); do echo $n >$n; done); done`
        const step = await job.uses({ image: 'acode-test/base:1', workspace, run, network: 'none' })
        const record = await recordOf(step)
        expect(record.workspace, step.output).toMatchObject({ changedFiles: count })
        milliseconds.push(record.phases.collect ?? Number.NaN)
      }
      const [few = 0, many = 0] = milliseconds
      expect(many).toBeLessThan(few * 40)
    },
    300_000,
  )
})

import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { remoteEngine } from '../../support/remote-engine.ts'
import { messages } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'
import { GIT_IMAGE, recordOf, WorkspaceJob } from '../../support/workspace-job.ts'

const run = promisify(execFile)
const MEGABYTE = 1024 * 1024
/** Writes until nothing more fits, with whatever that ends. */
const FILL = 'dd if=/dev/zero of=huge bs=64k count=2000'

/** A job, and an engine that sees its files and has its own small disk. */
async function smallEngine(): Promise<{ job: WorkspaceJob; host: string }> {
  const job = await WorkspaceJob.create()
  return { job, host: await remoteEngine({ images: [GIT_IMAGE], disk: '64m' }) }
}

/** Fills an engine's disk to the last byte with another user's volume. */
async function fill(host: string): Promise<void> {
  const docker = (...args: string[]) => run('docker', ['--host', host, ...args])
  const args = ['--rm', '--network', 'none', '--volume', 'theirs:/theirs', GIT_IMAGE]
  await docker('run', ...args, 'sh', '-c', `cd /theirs; ${FILL}; dd if=/dev/zero of=rest bs=1; true`)
}

/** Containers and volumes of ours on an engine. */
async function left(host: string): Promise<string> {
  const script =
    'docker ps -aq --filter label=acode.managed; docker volume ls -q --filter label=acode.managed'
  return (await run('sh', ['-ec', script], { env: { ...process.env, DOCKER_HOST: host } })).stdout
}

describe.skipIf(process.getuid?.() !== 0)('a full disk of the engine', () => {
  // What a task writes to an overlay is on the runner's disk.
  test.each(someOf(['clone', 'copy'], 1))(
    'while the task writes is the task’s own failure (%s; GIT-6, CTN-10)',
    async (workspace) => {
      const { job, host } = await smallEngine()

      const step = await job.run({ workspace, run: FILL }, { DOCKER_HOST: host })

      expect(recordOf(step)).toMatchObject({
        status: 'failed',
        exitCode: 1,
        workspace: { method: workspace },
      })
      expect(step.log).toMatch(/no space left on device/i)
      expect(await left(host)).toBe('')
      await job.expectNothingLeft()
    },
  )

  test.each(
    someOf(
      [
        // Its volumes are empty folders: the container is the first that does not fit, or what is put into it.
        ['overlay', /^ACODE-CTN-(003|010)$/],
        ['clone', /^ACODE-CTN-010$/],
        ['copy', /^ACODE-CTN-010$/],
      ],
      2,
    ),
  )(
    'before anything is made is an error that names it, and nothing is left (%s; GIT-6, CTN-10)',
    async (workspace, code) => {
      const { job, host } = await smallEngine()
      await fill(host)

      const step = await job.run({ workspace, run: 'true' }, { DOCKER_HOST: host })

      expect(step.outputs['error-code'], step.log).toMatch(code)
      expect(messages(step, 'error').join()).toMatch(/engine’s disk is full/i)
      expect(await left(host)).toBe('')
      await job.expectNothingLeft()
    },
  )

  test.each(someOf(['clone', 'copy'], 1, 1))(
    'for a working copy that does not fit is an error that names it, and no half of it stays (%s; GIT-6)',
    async (workspace) => {
      const { job, host } = await smallEngine()
      writeFileSync(path.join(job.workspace, 'huge'), Buffer.alloc(80 * MEGABYTE, 1))

      const step = await job.run({ workspace, run: 'true' }, { DOCKER_HOST: host })

      expect(step.outputs['error-code'], step.log).toBe('ACODE-CTN-010')
      expect(messages(step, 'error').join()).toMatch(/engine’s disk is full/i)
      expect(await left(host)).toBe('')
      await job.expectNothingLeft()
    },
  )
})

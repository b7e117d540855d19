import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { dockerTry } from '../../support/engine.ts'
import { remoteEngine } from '../../support/remote-engine.ts'
import { messages } from '../../support/runner.ts'
import {
  CREDENTIAL,
  GIT_IMAGE,
  git,
  hashOfTree,
  recordOf,
  WorkspaceJob,
} from '../../support/workspace-job.ts'

const isRoot = process.getuid?.() === 0

/** Containers and volumes of an engine by its address. */
async function left(host: string): Promise<string> {
  const listed = await Promise.all([
    dockerTry('--host', host, 'ps', '--all', '--quiet'),
    dockerTry('--host', host, 'volume', 'ls', '--quiet'),
  ])
  return listed.map(({ stdout, stderr }) => stdout + stderr).join('')
}

describe.skipIf(!isRoot)('workspace: an engine that does not see the runner’s files', () => {
  test('auto copies and says why, the changes come back, nothing is left (RUN-7, GIT-6)', async () => {
    const job = await WorkspaceJob.create()
    const host = await remoteEngine({ hides: job.job.layout.root, images: [GIT_IMAGE] })
    const before = hashOfTree(job.workspace)

    const run =
      'cat untracked; cat .git/config; rm gone; mv folder moved; git add -A; git -c user.name=t -c user.email=t@t commit -qm done; echo late > late'
    const step = await job.run({ run }, { DOCKER_HOST: host })

    expect(recordOf(step)).toMatchObject({
      status: 'succeeded',
      workspace: { method: 'copy', reason: 'auto; the engine does not see the runner’s files' },
      cleanup: { failed: [] },
    })
    expect(step.log).toContain('workspace  copy (auto; the engine does not see the runner’s files)')
    expect(step.log).toContain('not known to git')
    expect(step.output).not.toContain(CREDENTIAL)
    expect(hashOfTree(job.workspace)).toBe(before)
    git(job.workspace, 'apply', step.outputs.patch ?? '')
    expect(readFileSync(path.join(job.workspace, 'moved/file-0'), 'utf8')).toBe('not committed\n')
    expect(readFileSync(path.join(job.workspace, 'late'), 'utf8')).toBe('late\n')
    expect(await left(host)).toBe('')
    await job.expectNothingLeft()
  })

  test.each(['clone', 'copy', 'none'])('%s works (RUN-7, GIT-4)', async (workspace) => {
    const job = await WorkspaceJob.create()
    const host = await remoteEngine({ hides: job.job.layout.root, images: [GIT_IMAGE] })

    const step = await job.run({ workspace, run: 'echo new > new; ls' }, { DOCKER_HOST: host })

    expect(recordOf(step)).toMatchObject({ status: 'succeeded', workspace: { method: workspace } })
    if (workspace !== 'none') expect(readFileSync(step.outputs.patch ?? '', 'utf8')).toContain('+new')
    expect(await left(host)).toBe('')
    await job.expectNothingLeft()
  })

  test.each(['overlay', 'bind'])('%s is refused with the reason (RUN-7, CTN-10)', async (workspace) => {
    const job = await WorkspaceJob.create()
    const host = await remoteEngine({ hides: job.job.layout.root, images: [GIT_IMAGE] })

    const step = await job.run({ workspace, run: 'true' }, { DOCKER_HOST: host })

    expect(recordOf(step)).toMatchObject({ status: 'error', error: { code: 'ACODE-CTN-010' } })
    expect(messages(step, 'error').join()).toMatch(/the engine does not see the runner’s files/i)
    expect(await left(host)).toBe('')
    await job.expectNothingLeft()
  })

  test('a full disk of the engine is named, and nothing is left of the copy (GIT-6, CTN-10)', async () => {
    const job = await WorkspaceJob.create()
    const host = await remoteEngine({ hides: job.job.layout.root, images: [GIT_IMAGE], disk: '64m' })
    writeFileSync(path.join(job.workspace, 'huge'), Buffer.alloc(80 * 1024 * 1024, 1))

    const step = await job.run({ run: 'true' }, { DOCKER_HOST: host })

    expect(recordOf(step)).toMatchObject({ status: 'error', error: { code: 'ACODE-CTN-010' } })
    expect(messages(step, 'error').join()).toMatch(/The engine’s disk is full/)
    expect(await left(host)).toBe('')
    await job.expectNothingLeft()
  })
})

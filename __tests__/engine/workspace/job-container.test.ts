import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { messages } from '../../support/runner.ts'
import { WorkspaceJob } from '../../support/workspace-job.ts'

const container = { image: 'node:22-slim' }

describe.skipIf(process.getuid?.() !== 0)('RNR-5 a job container with the machine’s engine', () => {
  test('mounts what the workspace has, whatever the machine has at its path', async () => {
    const job = await WorkspaceJob.create({ container })
    mkdirSync(path.join(job.workspace, 'site'))
    writeFileSync(path.join(job.workspace, 'site/index'), 'of this job\n')

    const step = await job.run({
      mounts: 'site:/s\n/__w/octo-repo/octo-repo/folder:/f:ro',
      changes: 'apply',
      run: 'cat /s/index /f/file-1; echo more >> shared',
    })

    expect(step.log).toContain('of this job\n1\n')
    expect(step.log).toContain('workspace  overlay (auto) at /__w/octo-repo/octo-repo')
    expect(readFileSync(path.join(job.workspace, 'shared'), 'utf8')).toBe('of the checkout\nmore\n')
    await job.expectNothingLeft()
  })

  test('runs as a user with the socket’s group, and says at once what is missing without', async () => {
    const user = { uid: 1000, gid: 1000 }
    const group = ['--group-add', String(process.getgid?.())]
    const job = await WorkspaceJob.create({ user, container: { ...container, options: group } })
    const step = await job.run({ run: 'id -u; echo more >> shared', changes: 'apply' })
    expect(step.log).toContain('\n1000\n')
    expect(readFileSync(path.join(job.workspace, 'shared'), 'utf8')).toContain('more')
    await job.expectNothingLeft()

    const barred = await WorkspaceJob.create({ user, container: { ...container, hasClient: false } })
    const { outputs, annotations } = await barred.run({ run: 'true' })
    expect(outputs['error-code']).toBe('ACODE-CTN-005')
    expect(annotations.map(({ message }) => message).join()).toMatch(
      new RegExp(`EACCES.*--group-add ${process.getgid?.()}\\).*Besides, the docker command is not on PATH`),
    )
  })

  test('refuses what only the container has, and what is the machine’s under another name', async () => {
    const job = await WorkspaceJob.create({ container })
    for (const [mount, code, why] of [
      ['/etc:/e', 'ACODE-CTN-010', 'is in this container only'],
      ['/__w/_temp:/t', 'ACODE-CTN-011', 'steer the runner’s later steps'],
    ] as const) {
      const step = await job.run({ mounts: mount, workspace: 'none', run: 'true' })
      expect(messages(step, 'error').join(), step.log).toContain(why)
      expect(step.outputs['error-code']).toBe(code)
    }
    await job.expectNothingLeft()
  })
})

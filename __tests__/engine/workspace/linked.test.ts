import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { recordOf, WorkspaceJob } from '../../support/workspace-job.ts'

describe('RNR-5 a GITHUB_WORKSPACE that is a link', () => {
  test.each(['overlay', 'clone', 'bind'])('%s takes the folder that it leads to', async (workspace) => {
    const root = temporaryFolder()
    mkdirSync(path.join(root, 'disk/data'), { recursive: true })
    symlinkSync('disk', path.join(root, 'work'))
    const job = await WorkspaceJob.create({ workspace: path.join(root, 'work') })

    const run = 'echo more >> shared; cat /d/there; echo new > new'
    const inputs = { workspace, mounts: 'folder:/d', run: run.replace('there', 'file-1') }
    const step = await job.run(workspace === 'bind' ? inputs : { ...inputs, changes: 'apply' })

    expect(recordOf(step), step.log).toMatchObject({ status: 'succeeded', workspace: { method: workspace } })
    expect(readFileSync(path.join(root, 'disk/shared'), 'utf8')).toBe('of the checkout\nmore\n')
    expect(readFileSync(path.join(root, 'disk/new'), 'utf8')).toBe('new\n')
    await job.expectNothingLeft()
  })
})

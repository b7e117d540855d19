import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { prepareWorkspace } from '../../../src/workspace/workspace.ts'
import { failureOf } from '../../support/failures.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe('prepareWorkspace (GIT-5)', () => {
  it.each([
    ['auto', 'bind'],
    ['bind', 'bind'],
  ] as const)('%s mounts the runner’s own folder', async (asked, method) => {
    const runnerPath = temporaryFolder()
    expect(await prepareWorkspace({ method: asked, runnerPath, path: undefined })).toMatchObject({
      method,
      path: runnerPath,
      source: runnerPath,
    })
  })

  it('mounts it where the user wants it', async () => {
    const runnerPath = temporaryFolder()
    expect(await prepareWorkspace({ method: 'bind', runnerPath, path: '/src' })).toMatchObject({
      path: '/src',
      source: runnerPath,
    })
  })

  it('none needs no folder of the runner', async () => {
    const request = { method: 'none', runnerPath: '/nowhere', path: undefined } as const
    expect(await prepareWorkspace(request)).toMatchObject({ method: 'none', path: '/nowhere', source: null })
  })

  it.each(['missing', 'file'])('says what to do where the workspace is %s', async (name) => {
    const runnerPath = join(temporaryFolder(), name)
    if (name === 'file') writeFileSync(runnerPath, '')
    const failure = await failureOf(() => prepareWorkspace({ method: 'auto', runnerPath, path: undefined }))
    expect(failure.code).toBe('ACODE-CTN-010')
    expect(failure.message).toContain('Check out the repository before this step')
  })
})

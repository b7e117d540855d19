import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { requireWorkspace } from '../../../src/workspace/methods/shared.ts'
import { failureOf } from '../../support/failures.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe('requireWorkspace (GIT-5)', () => {
  it('takes a folder', async () => {
    await requireWorkspace(temporaryFolder())
  })

  it.each(['missing', 'file'])('says what to do where the workspace is %s', async (name) => {
    const runnerPath = join(temporaryFolder(), name)
    if (name === 'file') writeFileSync(runnerPath, '')
    const failure = await failureOf(() => requireWorkspace(runnerPath))
    expect(failure.code).toBe('ACODE-CTN-010')
    expect(failure.message).toContain('Check out the repository before this step')
  })
})

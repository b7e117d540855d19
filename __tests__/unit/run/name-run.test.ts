import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { nameRun } from '../../../src/run/context/name-run.ts'
import { type IdentitySource, identify } from '../../../src/task/identity.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const SOURCE: IdentitySource = {
  repository: 'octo/repo',
  workflow: 'octo/repo/.github/workflows/ci.yml@refs/heads/main',
  runId: '7031122334',
  runAttempt: '1',
  job: 'unit',
  step: '__octo_composite',
  matrix: { node: 22 },
  checkRunId: '1111',
  jobIndex: '0',
}

describe('nameRun (CTN-2, ACT-3)', () => {
  it('gives the first of several like steps the name that it always had', async () => {
    expect(await nameRun(SOURCE, temporaryFolder())).toEqual(identify(SOURCE))
  })

  it('gives fifty like steps that start at once a name each', async () => {
    const temp = temporaryFolder()
    const names = await Promise.all(Array.from({ length: 50 }, () => nameRun(SOURCE, temp)))
    expect(new Set(names.map(({ container }) => container)).size).toBe(50)
    expect(names.every(({ container }) => /^acode-r7031122334a1-unit-22-[a-z2-7]{12}$/.test(container))).toBe(
      true,
    )
  })

  it('leaves an id of the user as it is, and nothing on the runner', async () => {
    const temp = temporaryFolder()
    const source = { ...SOURCE, taskId: 'unit' }
    expect([await nameRun(source, temp), await nameRun(source, temp)]).toEqual([
      identify(source),
      identify(source),
    ])
    expect(readdirSync(temp)).toEqual([])
  })

  it('names a run also where the folder is not there', async () => {
    expect(await nameRun(SOURCE, '/nowhere/at/all')).toEqual(identify(SOURCE))
  })
})

import { expect, it, vi } from 'vitest'
import { sweep } from '../../../src/run/left/sweep.ts'
import { json } from '../../support/fake-engine.ts'
import { deadLabels, keepingEngine } from '../../support/keeping-engine.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

it('CTN-11 what a sweep removed is said also where images cannot be listed', async () => {
  vi.stubEnv('RUNNER_WORKSPACE', `${temporaryFolder()}/repository`)
  const container = { name: 'acode-s1-unit', labels: deadLabels('unit') }
  const { docker } = await keepingEngine({ containers: [container] }, (asked, answer) => {
    if (!asked.url?.includes('/images/json')) return false
    json({ message: 'layer does not exist' }, 500)(asked, answer)
    return true
  })
  const { orphans, failed } = await sweep(docker)
  expect(orphans).toEqual(['acode-s1-unit'])
  expect(failed).toEqual([
    expect.stringMatching(/^Images that may go could not be looked for: layer does not exist\. /),
  ])
})

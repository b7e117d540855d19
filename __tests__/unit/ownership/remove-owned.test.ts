import { expect, it, vi } from 'vitest'
import { parseOwner } from '../../../src/ownership/orphans.ts'
import { removeSettled } from '../../../src/ownership/remove-owned.ts'
import { deadLabels, deadOwner, keepingEngine } from '../../support/keeping-engine.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

it('CTN-12 files that could not be given back are a failure, also when their container is gone', async () => {
  vi.stubEnv('RUNNER_WORKSPACE', `${temporaryFolder()}/repository`)
  const labels = { ...deadLabels('unit'), 'acode.shared': 'foreign' }
  const { docker, containers } = await keepingEngine({ containers: [{ name: 'acode-s1-unit', labels }] })
  const owner = parseOwner(deadOwner())
  if (owner === null) throw new Error('the owner cannot be read')
  const { removed, failed, notRestored } = await removeSettled(docker, owner)
  expect(containers).toEqual([])
  expect(removed).toEqual(['acode-s1-unit'])
  expect(failed).toEqual([expect.stringMatching(/^What acode-s1-unit wrote .* could not be given back/)])
  expect(notRestored).toEqual(failed)
})

import { expect, it, vi } from 'vitest'
import type { ContainerPlan } from '../../../src/container/arguments.ts'
import { createContainer } from '../../../src/container/life/create-container.ts'
import { EngineError } from '../../../src/engine/errors.ts'
import { containerSchema } from '../../../src/task/contract.ts'
import { fileCommands } from '../../support/file-commands.ts'
import { deadLabels, keepingEngine } from '../../support/keeping-engine.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const PLAN: ContainerPlan = {
  ...{ name: 'acode-s1-unit', image: { id: 'sha256:1', reference: 'x' }, labels: {} },
  user: { option: '1001:127', uid: 1001, gid: 127 },
  ...{ command: { entrypoint: null, args: [], script: null }, workdir: '/', options: [] },
  ...{ environment: { byName: [], cliEnvironment: {}, file: '', inTask: {} }, environmentFile: null },
  ...{ mounts: [], caches: [], network: { name: 'none', hidesMetadata: false, isInternal: false } },
  spec: containerSchema.parse({ image: 'x', run: 'x' }),
}

it('CTN-3 CTN-12 files that an earlier try left and that could not be given back are a warning', async () => {
  const log = fileCommands()
  vi.stubEnv('RUNNER_WORKSPACE', `${temporaryFolder()}/repository`)
  const labels = { ...deadLabels('unit'), 'acode.shared': 'foreign' }
  const { docker, containers } = await keepingEngine({ containers: [{ name: PLAN.name, labels }] })
  vi.spyOn(docker, 'createByOptions')
    .mockRejectedValueOnce(new EngineError('conflict', 'docker create', 'the name is in use'))
    .mockResolvedValueOnce('id')
  expect(await createContainer(docker, PLAN)).toBe('id')
  expect(containers).toEqual([])
  expect(log.printed()).toMatch(
    /^::warning title=ACODE-CTN-002::What acode-s1-unit wrote .* not be given back/m,
  )
})

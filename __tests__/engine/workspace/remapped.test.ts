import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { docker } from '../../support/engine.ts'
import { startEngine } from '../../support/remote-engine.ts'
import { messages } from '../../support/runner.ts'
import { GIT_IMAGE, recordOf, WorkspaceJob } from '../../support/workspace-job.ts'

describe.skipIf(process.getuid?.() !== 0)('RNR-5 an engine with userns-remap', () => {
  test('takes what works there, and says why nothing is shared, for any runner user', async () => {
    const { dockerHost } = await startEngine({ images: [GIT_IMAGE], remapsUsers: true })
    for (const user of [undefined, { uid: 1001, gid: 1001 }]) {
      const job = await WorkspaceJob.create({ env: { DOCKER_HOST: dockerHost }, user })

      const step = await job.run({
        run: 'echo more >> shared; echo a=b >> "$GITHUB_OUTPUT"',
        changes: 'apply',
      })

      expect(recordOf(step).workspace, step.log).toMatchObject({ method: 'copy' })
      expect(recordOf(step).workspace?.reason).toContain('userns-remap')
      expect(step.outputs.a).toBe('b')
      expect(readFileSync(path.join(job.workspace, 'shared'), 'utf8')).toContain('more')

      const bound = await job.run({ workspace: 'bind', run: 'true' })
      expect(messages(bound, 'error').join()).toContain('userns-remap')
      expect(bound.outputs['error-code']).toBe('ACODE-CTN-010')

      const mounted = await job.run({ mounts: '.:/m', run: 'echo more >> /m/shared' })
      expect(messages(mounted, 'warning').join()).toContain('only where everybody may')
      expect(recordOf(mounted).status).toBe('failed')
      expect(await docker('--host', dockerHost, 'ps', '--all', '--quiet')).toBe('')
      await job.expectNothingLeft()
    }
  })
})

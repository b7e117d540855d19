import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { CacheJobs, cacheService, FOLDER, FOUND } from '../../support/cache-jobs.ts'
import { podmanProxy } from '../../support/engine-proxy.ts'
import { messages } from '../../support/runner.ts'
import { recordOf, WorkspaceJob } from '../../support/workspace-job.ts'

test('RNR-5 an engine that is Podman gets a copy, for it would mount an empty volume as an overlay', async () => {
  const { dockerHost, stop } = await podmanProxy()
  onTestFinished(stop)
  const job = await WorkspaceJob.create({ env: { DOCKER_HOST: dockerHost } })

  const step = await job.run({ run: 'echo more >> shared', changes: 'apply' })
  expect(recordOf(step).workspace, step.log).toMatchObject({ method: 'copy' })
  expect(recordOf(step).workspace?.reason).toContain('Podman')
  expect(readFileSync(path.join(job.workspace, 'shared'), 'utf8')).toBe('of the checkout\nmore\n')

  const refused = await job.run({ workspace: 'overlay', run: 'true' })
  expect(messages(refused, 'error').join()).toContain('Podman')
  expect(refused.outputs['error-code']).toBe('ACODE-CTN-010')
  await job.expectNothingLeft()
})

test('RNR-5 BES-3 an engine that is Podman gets copies of caches, for the same reason', async () => {
  const { dockerHost, stop } = await podmanProxy()
  onTestFinished(stop)
  const [jobs, service] = [CacheJobs.create(), await cacheService()]
  const options = { env: { DOCKER_HOST: dockerHost } }
  // Docker gives a new volume to root, as which such a copy is unpacked.
  const root = { user: '0:0', profile: 'standard' }
  await jobs.run(service, root, options)
  const run = `cat ${FOLDER}/pkg; grep ' ${FOLDER} overlay ' /proc/mounts || echo copied`
  const { step } = await jobs.run(service, { ...root, run }, options)
  expect(step.lines, step.log).toEqual(expect.arrayContaining([FOUND, 'copied']))
})

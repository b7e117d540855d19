import { describe, expect, it } from 'vitest'
import { describeTrial } from '../../../src/run/images/check-image.ts'
import { type ContainerInput, containerSchema, specOf } from '../../../src/task/contract.ts'

const RUNNER = { uid: 1001, gid: 127 }
const LABELS = { 'acode.task': 'unit' }
const image = { id: 'sha256:0a', healthcheck: null }
const specWith = (input: ContainerInput) => specOf(containerSchema.parse({ image: 'a', run: 'b', ...input }))

describe('IMG-2 the container in which an image is tried', () => {
  it('has the user, the walls and the limits of the task, and no network', () => {
    const spec = specWith({
      resources: { cpus: 1.5, memory: '64m', pids: 100 },
      readOnly: true,
      runtime: 'runsc',
    })
    expect(describeTrial(spec, image, LABELS, RUNNER)).toEqual({
      ...{ Image: 'sha256:0a', Labels: LABELS, User: '1001:127' },
      HostConfig: {
        ...{ NetworkMode: 'none', LogConfig: { Type: 'none' }, Init: true, Runtime: 'runsc' },
        ...{ SecurityOpt: ['no-new-privileges'], CapDrop: ['ALL'] },
        ...{ ReadonlyRootfs: true, Tmpfs: { '/tmp': 'exec' } },
        ...{ PidsLimit: 100, NanoCpus: 1.5e9, Memory: 64 * 1024 ** 2, MemorySwap: 64 * 1024 ** 2 },
      },
    })
  })

  it.each([
    ['image', undefined],
    ['runner', '1001:127'],
    ['postgres', 'postgres'],
  ])('runs as user %s: %s', (user, option) => {
    expect(describeTrial(specWith({ user }), image, LABELS, RUNNER)).toMatchObject(
      option === undefined ? expect.not.objectContaining({ User: expect.anything() }) : { User: option },
    )
  })

  it('is asked for its health at our pace', () => {
    const healthcheck = { startPeriodSeconds: 0 }
    expect(describeTrial(specWith({}), { ...image, healthcheck }, LABELS, RUNNER)).toMatchObject({
      Healthcheck: { Interval: 1e9, Retries: 1000 },
    })
  })
})

import { describe, expect, it } from 'vitest'
import { processIdentity } from '../../../src/host/identity.ts'
import { labelRun } from '../../../src/run/context/label-run.ts'
import { type ContainerInput, containerSchema, specOf } from '../../../src/task/contract.ts'

const MINUTE = 60
const run = {
  identity: { session: 's1', task: 'unit', container: 'acode-s1-unit' },
  ...{ taskId: null, owner: processIdentity(), env: {} },
}

/** How many minutes a task with a time limit of one has until its deadline. */
function minutes(input: ContainerInput): number {
  const spec = specOf(containerSchema.parse({ run: 'true', timeout: '60s', ...input }))
  const { deadline } = labelRun(run, spec, null)
  return (deadline - Date.now() / 1000) / MINUTE
}

describe('CTN-11 the deadline in the labels of a run', () => {
  const plain = () => minutes({ image: 'a' })

  it('leaves time to pull its image', () => {
    expect(plain()).toBeGreaterThan(30)
  })

  it.each<[string, ContainerInput]>([
    ['is built', { build: '.' }],
    ['is set up', { image: 'a', setup: 'true' }],
    ['may be composed', { toolchain: 'auto' }],
  ])('leaves time to make an image that %s', (_, input) => {
    expect(minutes(input) - plain()).toBeGreaterThan(100)
  })

  it.each<[string, ContainerInput]>([
    ['its turn', { maxContainers: 1 }],
    ['addresses of a network that limits it', { egress: ['npm'] }],
    ['addresses of a network without a way out', { egress: 'none' }],
  ])('leaves time to wait for %s, as long as the task may run', (_, input) => {
    const long = { image: 'a', timeout: '100m' }
    expect(minutes({ ...long, ...input }) - minutes(long)).toBeGreaterThan(95)
  })
})

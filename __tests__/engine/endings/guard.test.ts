import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { stateOf } from '../../support/managed-container.ts'
import { registryGate } from '../../support/registry-gate.ts'
import { TaskJob } from '../../support/task-job.ts'

const base = { image: imageName.base, network: 'none', workspace: 'bind' }
const waits = { ...base, run: 'echo at work; sleep 1000' }
const SOON = { timeout: 40_000, interval: 250 }

/** The guards of a job, by the owner labels that they were started with. */
const guardsOf = (pid: number): string[] =>
  globSync('/proc/[0-9]*/cmdline').filter((file) => {
    const words = read(file).split('\0')
    return (words[1] ?? '').endsWith('/guard/index.js') && (words[2] ?? '').includes(`"pid":${pid},`)
  })

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // it has ended meanwhile
  }
}

const ownerOf = (id: string): { pid: number } =>
  JSON.parse(
    execFileSync('docker', ['inspect', '--format', '{{index .Config.Labels "acode.owner"}}', id], {
      encoding: 'utf8',
    }),
  )

describe('CTN-6 the guard', () => {
  it('ends a task whose main was killed where nothing else runs, and then itself', async () => {
    const task = await TaskJob.create()
    const running = task.job.start(waits)
    await running.sees(/^at work/m)
    const { id } = await task.container()
    const { pid } = ownerOf(id)
    await vi.waitFor(() => expect(guardsOf(pid)).toHaveLength(1), SOON)
    await running.kill()
    // The runner's own sweep of what a job left does not find it.
    expect(task.job.leftoverProcesses()).toEqual([])
    await vi.waitFor(async () => expect(await stateOf(id)).toBeNull(), SOON)
    await vi.waitFor(() => expect(guardsOf(pid)).toEqual([]), SOON)
    expect(await task.containers()).toEqual([])
  })

  it('watches before there is a container, while the image is pulled', async () => {
    const asked = Promise.withResolvers<void>()
    const registry = await registryGate(null, () => {
      asked.resolve()
      return true
    })
    const task = await TaskJob.create()
    const running = task.job.start({ ...base, image: `${registry.host}/${imageName.faulty}`, run: 'true' })
    await asked.promise
    await vi.waitFor(() => expect(guardsOf(running.child.pid ?? 0)).toHaveLength(1), SOON)
    await (await running.cancel()).post()
    await vi.waitFor(() => expect(guardsOf(running.child.pid ?? 0)).toEqual([]), SOON)
    await task.expectNothingLeft()
  })

  it('is gone when its task is', async () => {
    const task = await TaskJob.create()
    const running = task.job.start({ ...base, run: 'echo at work; while [ ! -e done ]; do sleep 0.05; done' })
    await running.sees(/^at work/m)
    const { pid } = ownerOf((await task.container()).id)
    await vi.waitFor(() => expect(guardsOf(pid)).toHaveLength(1), SOON)
    await task.job.uses({ ...base, run: 'touch done', guard: 'false', 'task-id': 'other' })
    expect((await running.result).failed).toBe(false)
    await vi.waitFor(() => expect(guardsOf(pid)).toEqual([]), { timeout: 10_000, interval: 250 })
  })

  it.each([
    ['an input', { ...waits, guard: 'false' }],
    ['a payload', { task: JSON.stringify({ task: { container: { ...waits, guard: false } } }) }],
  ])('is never started where %s switches it off', async (_what, inputs) => {
    const task = await TaskJob.create()
    const running = task.job.start(inputs)
    await running.sees(/^at work/m)
    const [container] = await task.containers()
    expect(guardsOf(ownerOf(container?.id ?? '').pid)).toEqual([])
    await (await running.cancel()).post()
    expect(await task.containers()).toEqual([])
  })
})

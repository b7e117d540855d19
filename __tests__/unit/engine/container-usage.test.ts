import { describe, expect, it } from 'vitest'
import { fakeEngine, json } from '../../support/fake-engine.ts'

const read = '2026-01-01T00:00:00.5Z'
const cpu_stats = { cpu_usage: { total_usage: 1_500_000_000 } }
const { signal } = new AbortController()

describe('what the engine says that a container uses (IMG-5, FID-7)', () => {
  it.each([
    ['control groups v1', { usage: 10, max_usage: 20, limit: 64 }, { memoryBytes: 10, peakMemoryBytes: 20 }],
    ['v2, which has no peak', { usage: 10, limit: 64 }, { memoryBytes: 10, peakMemoryBytes: null }],
    [
      'Podman, whose peak is the limit',
      { usage: 10, max_usage: 64, limit: 64 },
      { memoryBytes: 10, peakMemoryBytes: null },
    ],
    ['an engine that does not see memory', {}, { memoryBytes: null, peakMemoryBytes: null }],
  ])('is read: %s', async (_, memory_stats, expected) => {
    const { docker, requests } = await fakeEngine(json({ read, memory_stats, cpu_stats }))
    const at = new Date(read)
    expect(await docker.containers.usage('id', signal)).toEqual({ ...expected, cpuSeconds: 1.5, at })
    expect(requests).toEqual(['GET /v1.41/containers/id/stats?stream=false&one-shot=true'])
  })

  it.each([
    [
      'of one that does not run',
      { read: '0001-01-01T00:00:00Z', memory_stats: {}, cpu_stats: { cpu_usage: { total_usage: 0 } } },
      200,
    ],
    ['of one that is gone', { message: 'no such container' }, 404],
    ['where the engine cannot', { cause: 'cgroups v1 rootless', message: 'not supported' }, 500],
    ['where it says so with success', { cause: 'no' }, 200],
  ])('is nothing %s', async (_, answer, status) => {
    const { docker } = await fakeEngine(json(answer, status))
    expect(await docker.containers.usage('id', signal)).toBeNull()
  })
})

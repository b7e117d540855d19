import { describe, expect, it } from 'vitest'
import type { EndedContainer } from '../../../src/container/life/inspect-ended.ts'
import { findCause, memoryKillSeen } from '../../../src/container/life/memory-kill.ts'
import { parseMemoryEvents, parseOomControl } from '../../../src/host/cgroup.ts'
import { type FakeEngine, fakeEngine, json } from '../../support/fake-engine.ts'

const ended = (exitCode: number, oomKilled = false): EndedContainer => ({
  ...{ exitCode, oomKilled, health: null },
  startedAt: new Date(1_700_000_000_000),
  finishedAt: new Date(1_700_000_001_250),
})
const reading = (count: number, isAtLimit = true) => ({
  ...{ peakMemoryBytes: null, cpuSeconds: null, isFinal: true },
  memoryKills: { count, isAtLimit },
})

describe('CTN-14, RUN-11 what ended a task', () => {
  it.each([
    [false, null, null],
    [true, null, 'limit'],
    [false, reading(0), null],
    [true, reading(0), 'limit'],
    [false, reading(1), 'limit'],
    [false, reading(2, false), 'machine'],
    [true, reading(2, false), 'machine'],
  ] as const)('the engine says %s, the counters %j: %s', (oomKilled, counted, kill) => {
    expect(memoryKillSeen({ oomKilled }, counted)).toBe(kill)
  })

  const asked = ({ requests }: FakeEngine) => requests.filter((line) => line.includes('/events'))

  it('is among the engine’s events where a SIGKILL has no other explanation', async () => {
    const engine = await fakeEngine(json({ Type: 'container', Action: 'oom' }))
    expect(await findCause(engine.docker, 'id', ended(137), reading(0))).toBe('limit')
    const [one = '', ...others] = asked(engine)
    expect(others).toEqual([])
    const { searchParams } = new URL(one.split(' ')[1] ?? '', 'http://engine')
    expect(Object.fromEntries(searchParams)).toEqual({
      since: '1700000000.000',
      until: '1700000003.250',
      filters: '{"type":["container"],"container":["id"],"event":["oom","kill"]}',
    })
  })

  it('is nothing when the engine has no such event, or cannot say', async () => {
    const silent = await fakeEngine((_asked, answer) => void answer.end())
    expect(await findCause(silent.docker, 'id', ended(137), null)).toBeNull()
    const broken = await fakeEngine(json({ message: 'no' }, 500))
    expect(await findCause(broken.docker, 'id', ended(137), null)).toBeNull()
  })

  it.each([137, 143])('is someone else’s doing when the engine was asked to end it: %i', async (code) => {
    const stopped = await fakeEngine(json({ Type: 'container', Action: 'kill' }))
    expect(await findCause(stopped.docker, 'id', ended(code), null)).toBe('outside')
    const gone = await fakeEngine((asked) => void asked.socket.destroy())
    expect(await findCause(gone.docker, 'id', ended(code), null)).toBe('engine-gone')
  })

  it.each([0, 1, 139])('is not asked for where a task exits with %i', async (code) => {
    const engine = await fakeEngine(json({}))
    expect(await findCause(engine.docker, 'id', ended(code), null)).toBeNull()
    expect(asked(engine)).toEqual([])
  })
})

describe('CTN-14 the kernel’s counters', () => {
  it.each([
    [null, null],
    ['low 0\n', null],
    ['low 0\nmax 7\noom 0\noom_kill 0\n', { count: 0, isAtLimit: false }],
    ['max 7\noom 1\noom_kill 2\noom_group_kill 0\n', { count: 2, isAtLimit: true }],
    ['max 0\noom 0\noom_kill 1\n', { count: 1, isAtLimit: false }],
  ])('of version 2: %j', (text, kills) => {
    expect(parseMemoryEvents(text)).toEqual(kills)
  })

  it.each([
    ['under_oom 0\n', 100, 100, null],
    ['under_oom 0\noom_kill 1\n', 100, 100, { count: 1, isAtLimit: true }],
    ['under_oom 0\noom_kill 1\n', 99, 100, { count: 1, isAtLimit: false }],
    ['under_oom 0\noom_kill 1\n', 99, null, { count: 1, isAtLimit: true }],
  ] as const)('of version 1: %j, peak %j of %j', (control, peak, limit, kills) => {
    expect(parseOomControl(control, peak, limit)).toEqual(kills)
  })
})

import { describe, expect, it } from 'vitest'
import { judge, parseOwner, type Witness } from '../../../src/container/orphans.ts'

const SELF = { host: 'h/1', boot: 'boot-2', pidNamespace: 'pid:[1]', pid: 100, start: '5000' }
const OWNER = { ...SELF, pid: 200, start: '6000' }
const NOW = 1_700_000_000
const LATER = NOW + 60

/** A machine on which these processes run, with their start times; null: hidden from us. */
const witness = (
  processes: Record<number, string | null> = {},
  self: Partial<typeof SELF> = {},
): Witness => ({
  self: { ...SELF, ...self },
  nowSeconds: NOW,
  startTime: (pid) => processes[pid] ?? null,
  exists: (pid) => pid in processes,
})

const orphan = (reason: string) => ({ kind: 'orphan', reason })
const alive = { kind: 'alive' }
const unproven = { kind: 'unproven', reason: expect.any(String) }

describe('judge (CTN-11, interface.md, "Orphan")', () => {
  it.each([
    ['the owner lives', { owner: OWNER, deadline: LATER }, witness({ 200: '6000' }), alive],
    [
      'the owner lives and there is no deadline',
      { owner: OWNER, deadline: null },
      witness({ 200: '6000' }),
      alive,
    ],
    ['the owner is ourselves', { owner: SELF, deadline: LATER }, witness({ 100: '5000' }), alive],
    ['the owner is gone', { owner: OWNER, deadline: LATER }, witness(), orphan('owner-dead')],
    [
      'another process has its id now',
      { owner: OWNER, deadline: LATER },
      witness({ 200: '6001' }),
      orphan('owner-dead'),
    ],
    ['the owner is hidden from us', { owner: OWNER, deadline: LATER }, witness({ 200: null }), unproven],
    [
      'the machine was started anew',
      { owner: { ...OWNER, boot: 'boot-1' }, deadline: LATER },
      witness({ 200: '6000' }),
      orphan('earlier-boot'),
    ],
    [
      'the deadline has passed',
      { owner: OWNER, deadline: NOW - 1 },
      witness({ 200: '6000' }),
      orphan('past-deadline'),
    ],
    ['the deadline is now', { owner: OWNER, deadline: NOW }, witness({ 200: '6000' }), alive],
    [
      'the deadline of another host’s has passed',
      { owner: { ...OWNER, host: 'other' }, deadline: NOW - 1 },
      witness(),
      orphan('past-deadline'),
    ],
    [
      'the deadline of nobody’s has passed',
      { owner: null, deadline: NOW - 1 },
      witness(),
      orphan('past-deadline'),
    ],
    ['another host’s', { owner: { ...OWNER, host: 'other' }, deadline: LATER }, witness(), unproven],
    [
      'another host’s of another boot',
      { owner: { ...OWNER, host: 'other', boot: 'boot-1' }, deadline: LATER },
      witness(),
      unproven,
    ],
    [
      'another pid namespace’s',
      { owner: { ...OWNER, pidNamespace: 'pid:[2]' }, deadline: LATER },
      witness(),
      unproven,
    ],
    [
      'an unknown pid namespace’s',
      { owner: { ...OWNER, pidNamespace: null }, deadline: LATER },
      witness({}, {}),
      unproven,
    ],
    ['no boot id in the label', { owner: { ...OWNER, boot: null }, deadline: LATER }, witness(), unproven],
    [
      'no start time in the label',
      { owner: { ...OWNER, start: null }, deadline: LATER },
      witness(),
      unproven,
    ],
    ['no owner', { owner: null, deadline: LATER }, witness(), unproven],
    ['no owner and no deadline', { owner: null, deadline: null }, witness(), unproven],
  ])('%s', (_, container, from, verdict) => {
    expect(judge(container, from)).toEqual(verdict)
  })

  it('proves nothing where this system tells no boot id', () => {
    const blind: Witness = { ...witness(), self: { ...SELF, boot: null, pidNamespace: null } }
    expect(judge({ owner: { ...OWNER, boot: null, pidNamespace: null }, deadline: LATER }, blind)).toEqual(
      unproven,
    )
  })
})

describe('parseOwner', () => {
  it.each([
    [JSON.stringify(OWNER), OWNER],
    [
      JSON.stringify({ ...OWNER, boot: null, pidNamespace: null, start: null }),
      { ...OWNER, boot: null, pidNamespace: null, start: null },
    ],
    ['', null],
    ['null', null],
    ['not JSON', null],
    ['[]', null],
    ['{}', null],
    [JSON.stringify({ ...OWNER, pid: 0 }), null],
    [JSON.stringify({ ...OWNER, pid: -1 }), null],
    [JSON.stringify({ ...OWNER, pid: 1.5 }), null],
    [JSON.stringify({ ...OWNER, pid: '200' }), null],
    [JSON.stringify({ ...OWNER, host: null }), null],
  ])('of %s', (label, owner) => {
    expect(parseOwner(label)).toEqual(owner)
  })
})

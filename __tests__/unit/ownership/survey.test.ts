import { describe, expect, it } from 'vitest'
import { listingLines, listingOf } from '../../../src/clean/listing.ts'
import type { Kind, Managed } from '../../../src/ownership/managed.ts'
import type { Verdict } from '../../../src/ownership/orphans.ts'
import { keptOf, type Surveyed } from '../../../src/ownership/survey.ts'

const OWNER = { host: 'h', boot: 'b', pidNamespace: 'n', pid: 7, start: '1' }
const unproven: Verdict = { kind: 'unproven', reason: 'its owner is on host else' }

function found(
  name: string,
  verdict: Verdict,
  more: Partial<Managed> = {},
  kind: Kind = 'container',
): Surveyed {
  const [, session = '', task = ''] = /^acode-([a-z0-9]+)-([a-z0-9-]+)/.exec(name) ?? []
  const labels = { 'acode.session': session, 'acode.task': task, ...more.labels }
  const one = {
    kind,
    id: name,
    name,
    imageId: null,
    state: null,
    shared: null,
    owner: OWNER,
    deadline: null,
    ...more,
    labels,
  }
  return { one, verdict }
}

describe('keptOf (CTN-11)', () => {
  it('says one line of each task, by the name of its container', () => {
    const all = [
      found('acode-s-a.network-1', unproven, {}, 'network'),
      found('acode-s-a', unproven),
      found('f'.repeat(64), unproven, { labels: { 'acode.session': 's', 'acode.task': 'a' } }, 'volume'),
      found('acode-s-b', unproven),
      found('acode-s-c', { kind: 'alive' }),
      found('acode-s-d', { kind: 'orphan', reason: 'owner-dead' }),
    ]
    expect(keptOf(all)).toEqual([
      { name: 'acode-s-a', reason: unproven.reason },
      { name: 'acode-s-b', reason: unproven.reason },
    ])
  })

  it('distinguishes two owners of one name, and what has no owner', () => {
    const all = [
      found('acode-s-a', unproven),
      found('acode-s-a.helper-1', unproven, { owner: { ...OWNER, pid: 8 } }),
      found('acode-s-a.helper-2', unproven, { owner: null }),
    ]
    expect(keptOf(all)).toHaveLength(3)
  })
})

describe('listingOf (CTN-11)', () => {
  it('has each with its reason, orphans apart from what stays', () => {
    const all = [
      found('acode-s-a', { kind: 'orphan', reason: 'owner-dead' }),
      found('acode-s-b', { kind: 'alive' }),
      found('acode-s-c.network-1', unproven, {}, 'network'),
    ]
    const listing = listingOf(all, ['/tmp/acode-s-a-1/private'])
    expect(listingLines('Orphans', listing.orphans)).toEqual([
      'Orphans (2):',
      '  container acode-s-a: its owner, process 7, has ended',
      '  folder /tmp/acode-s-a-1/private: the main that made it has ended',
    ])
    expect(listingLines('Kept', listing.kept)).toEqual([
      'Kept (2):',
      '  container acode-s-b: its owner, process 7, is alive',
      '  network acode-s-c.network-1: its owner is on host else',
    ])
    expect(listingLines('Kept', [])).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import { labelsOf } from '../../../src/ownership/labels.ts'
import { parseOwner } from '../../../src/ownership/orphans.ts'

const FACTS = {
  session: 's1',
  task: 'unit',
  repository: 'octo/repo',
  job: 'build',
  runner: 'Runner 1',
  version: '1.2.3',
  owner: { host: 'h', boot: 'b', pidNamespace: 'pid:[1]', pid: 7, start: '99' },
  deadline: 1_700_000_000,
}

describe('labelsOf (CTN-9, interface.md, "Names and labels")', () => {
  it('has every label that is promised', () => {
    expect(labelsOf(FACTS, { team: 'build' })).toEqual({
      team: 'build',
      'acode.managed': 'true',
      'acode.session': 's1',
      'acode.task': 'unit',
      'acode.repository': 'octo/repo',
      'acode.job': 'build',
      'acode.runner': 'Runner 1',
      'acode.version': '1.2.3',
      'acode.owner': JSON.stringify(FACTS.owner),
      'acode.deadline': '1700000000',
    })
  })

  it('cannot be replaced by the user’s', () => {
    expect(labelsOf(FACTS, { 'acode.managed': 'false', 'acode.owner': 'me' })).toEqual(labelsOf(FACTS, {}))
  })

  it('names an owner that is read back', () => {
    expect(parseOwner(labelsOf(FACTS, {})['acode.owner'] ?? '')).toEqual(FACTS.owner)
  })
})

import { describe, expect, it } from 'vitest'
import { hasOwnLabels, isNamedAsLabelled } from '../../../src/ownership/managed.ts'

describe('isNamedAsLabelled (CTN-9, CTN-11)', () => {
  it.each([
    ['acode-s1-unit', 's1', 'unit', true],
    ['acode-s1-unit-2', 's1', 'unit-2', true],
    ['acode-s1-unit.upper-0a1b2c', 's1', 'unit', true],
    ['acode-s1-unit.helper-0a1b2c', 's1', 'unit', true],
    ['a-innocent', 's1', 'unit', false],
    ['acode-s1-unit', '', '', false],
    ['acode--', '', '', false],
    ['acode-s1-unit-2', 's1', 'unit', false],
    ['acode-s1-unit', 's2', 'unit', false],
    ['acode-s1-unit', 's1-unit', '', false],
    ['acode-a-b-c', 'a-b', 'c', false],
    ['acode-S1-unit', 'S1', 'unit', false],
    ['other-s1-unit', 's1', 'unit', false],
    ['acode-s1-unit.', 's1', 'unit', true],
    ['acode-s1-x.y', 's1', 'x.y', false],
  ])('%s of session %j and task %j: %s', (name, session, task, expected) => {
    expect(isNamedAsLabelled(name, session, task)).toBe(expected)
  })
})

describe('hasOwnLabels (CTN-11)', () => {
  const ours = {
    'acode.managed': 'true',
    'acode.session': 's',
    'acode.task': 't',
    'acode.owner': '{1}',
    'acode.deadline': '5',
  }
  const { 'acode.owner': _, ...withoutOwner } = ours
  it.each([
    ['an image without any of them', ours, {}, true],
    [
      'an image made of a container of an earlier run',
      ours,
      { ...ours, 'acode.owner': '{0}', 'acode.deadline': '4' },
      true,
    ],
    ['an image with a deadline', ours, { 'acode.managed': 'true', 'acode.deadline': '1' }, true],
    ['a stranger’s, of an image made of ours', ours, ours, false],
    [
      'a stranger’s, of an image with a deadline',
      { 'acode.managed': 'true', 'acode.deadline': '1' },
      { 'acode.managed': 'true', 'acode.deadline': '1' },
      false,
    ],
    [
      'a stranger’s, of an image made of ours, with a deadline',
      { ...ours, 'acode.deadline': '1' },
      ours,
      false,
    ],
    ['one without an owner', withoutOwner, {}, true],
    ['one without owner and deadline', { 'acode.managed': 'true' }, {}, false],
  ])('%s: %s', (_what, own, image, expected) => {
    expect(hasOwnLabels(own, image)).toBe(expected)
  })
})

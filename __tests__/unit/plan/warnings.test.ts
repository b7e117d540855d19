import { expect, it } from 'vitest'
import { readTaskFile } from '../../../src/plan/file/task-file.ts'
import { planWarnings } from '../../../src/plan/warnings.ts'
import { inline } from './files.ts'

const warnings = (text: string, mapped: Record<string, string> = {}) =>
  planWarnings(readTaskFile(inline(text)), { 'capability-labels': mapped })

it('ACT-4 a capability that no label maps is reported once, with its tasks', () => {
  const tasks = '[{ id: a, requiredCapabilities: [gpu] }, { id: b, requiredCapabilities: [gpu, kvm] }]'
  expect(warnings(tasks, { kvm: 'kvm' })).toEqual([
    expect.stringMatching(/^The capability gpu of tasks a, b is in no line of capability-labels/),
  ])
})

it.each([
  ['the task names its runner', '[{ id: a, runsOn: big, requiredCapabilities: [gpu] }]', {}],
  ['a label maps it', '[{ id: a, requiredCapabilities: [gpu] }]', { gpu: 'gpu' }],
  ['every container has it', '[{ id: a, requiredCapabilities: [docker] }]', {}],
])('ACT-4 nothing is reported of a capability when %s', (_, tasks, mapped) => {
  expect(warnings(tasks, mapped)).toEqual([])
})

it('GIT-4 changes that go to a checkout of the task’s own job are reported', () => {
  const task = (id: string, changes: string) =>
    `{ id: ${id}, container: { image: a, run: b, changes: ${changes} } }`
  expect(warnings(`[${task('a', 'apply')}, ${task('b', 'patch')}]`)).toEqual([
    expect.stringMatching(/^changes: apply of task a brings/),
  ])
})

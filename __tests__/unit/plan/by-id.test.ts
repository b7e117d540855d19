import { describe, expect, it } from 'vitest'
import { checkIncluded, selectById } from '../../../src/plan/choice/by-id.ts'
import { everything } from '../../../src/plan/choice/selection.ts'
import { readTaskFile } from '../../../src/plan/file/task-file.ts'
import { failureOf } from '../../support/failures.ts'
import { inline } from './files.ts'

const tasks = everything(readTaskFile(inline('[{id: unit-20}, {id: unit-22}, {id: lint}, {id: "a.b"}]')))
const chosen = (include?: string[], exclude?: string[]) => selectById(tasks, { include, exclude })

describe('tasks by id (ACT-4)', () => {
  it.each([
    [undefined, undefined, ['unit-20', 'unit-22', 'lint', 'a.b']],
    [['unit-*'], undefined, ['unit-20', 'unit-22']],
    [['*2', 'lint'], undefined, ['unit-22', 'lint']],
    [undefined, ['unit-*'], ['lint', 'a.b']],
    [['*'], ['*'], []],
    [['a?b', 'a.b'], undefined, ['a.b']],
    [['unit'], undefined, []],
  ])('include %j, exclude %j', (include, exclude, ids) => {
    const { tasks, left } = chosen(include, exclude)
    expect(tasks.map(({ id }) => id)).toEqual(ids)
    expect(left).toHaveLength(4 - ids.length)
  })

  it('says why each other one is left out, and what a pattern of nothing may have meant', () => {
    const { left, notes } = chosen(['lint'], ['lint', 'unti-20'])
    expect(left).toContainEqual({ id: 'lint', reason: 'in exclude' })
    expect(left).toContainEqual({ id: 'a.b', reason: 'not in include' })
    expect(notes).toEqual(['No task has an id like unti-20 (did you mean unit-20?).'])
  })

  it('refuses each pattern of include that no task is like', async () => {
    const { code, message } = await failureOf(() => checkIncluded(['lint', 'unti-20', 'x*'], tasks))
    expect(code).toBe('ACODE-CTN-006')
    expect(message).toContain('input include: no task has an id like unti-20 (did you mean unit-20?)')
    expect(message).toContain('x*')
    checkIncluded(['*', 'unit-*'], tasks)
    checkIncluded(undefined, tasks)
  })
})

import { expect, it } from 'vitest'
import { byLabels } from '../../../src/report/report-run.ts'
import { legWith, missingLeg } from '../../support/report-legs.ts'

const leg = (id: string, label?: string) =>
  legWith(id, 'succeeded', [0, 1], label === undefined ? {} : { label })

it.each([
  ['what people call it', [leg('unit-6mkxe5', 'unit (22, ubuntu)')], ['unit (22, ubuntu)']],
  ['its id where several are called so', [leg('a-1', 'test'), leg('a-2', 'test')], ['a-1', 'a-2']],
  ['its id where it left no record', [missingLeg('e2e')], ['e2e']],
  ['its id where a record has no name', [leg('old'), leg('blank', ' ')], ['old', 'blank']],
  ['not what another is called', [leg('a-1', 'e2e'), missingLeg('e2e')], ['a-1', 'e2e']],
])('a task is shown by %s', (_, legs, names) => {
  expect(byLabels(legs).map(({ id }) => id)).toEqual(names)
})

it('a planned task is shown by its id, whatever its record says', () => {
  expect(byLabels([leg('deploy', 'lint')], ['deploy'])[0]?.id).toBe('deploy')
})

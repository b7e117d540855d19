import { labelIn } from '../record/derived.ts'
import type { Leg } from './leg.ts'

/**
 * The legs by the names that people gave their tasks, where those tell them apart: the name of a task that was not
 * planned has a hash in it, which only keeps containers apart. A planned one is what the plan calls it: a record is what
 * a job says.
 */
export function byLabels(legs: readonly Leg[], planned: readonly string[] = []): Leg[] {
  const isPlanned = new Set(planned)
  const labels = legs.map(({ id, record }) => (record === null || isPlanned.has(id) ? id : labelIn(record)))
  return legs.map((leg, index) => {
    const label = labels[index] ?? leg.id
    const isOne = labels.filter((other) => other === label).length === 1
    return isOne && label.trim() !== '' ? { ...leg, id: label } : leg
  })
}

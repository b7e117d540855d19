import type { Faults } from './file/faults.ts'
import type { Named } from './planned-task.ts'

/**
 * Each task has its own id, and one that differs from others in more than what names leave out: who reads
 * names of containers and artifacts has to know which task is meant.
 */
export function checkIds(tasks: readonly Named[], faults: Faults): void {
  const byName = new Map<string, Named>()
  for (const task of tasks) {
    const name = nameOf(task.id)
    const other = byName.get(name)
    if (other === undefined) byName.set(name, task)
    else faults.add(task.place, `id ${JSON.stringify(task.id)}`, clash(task, other))
  }
}

/** What is left of an id in a name, letters of any script kept; an id of nothing but signs stands for itself. */
const nameOf = (id: string): string =>
  id
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '') || id

function clash(task: Named, other: Named): string {
  const sameEntry = task.place.line === other.place.line && task.place.column === other.place.column
  if (sameEntry)
    return `is that of two combinations${task.id === other.id ? '' : ` but for signs (${JSON.stringify(other.id)})`}; put a \${{ matrix.… }} for each key of the strategy into the id`
  return task.id === other.id
    ? `is taken by the task in line ${other.place.line}; give each task its own id`
    : `differs from ${JSON.stringify(other.id)} in line ${other.place.line} only in case or signs, which names leave out; choose another`
}

import { posix } from 'node:path'
import { TaskError } from '../../../errors.ts'
import type { Feature } from './collect.ts'
import { unversioned } from './reference.ts'

/**
 * The order in which features are installed (containers.dev, "dependsOn install order algorithm"): in rounds, in each
 * those whose predecessors are installed, and of these the ones that the description wants first.
 * @param wantedFirst `overrideFeatureInstallOrder`
 * @throws TaskError ACODE-CTN-006 when they wait for each other
 */
export function installOrder(features: readonly Feature[], wantedFirst: readonly string[]): Feature[] {
  const first = wantedFirst.map(unversioned)
  const priorityOf = (feature: Feature) => {
    const at = first.findIndex((name) => namesOf(feature).includes(name))
    return at < 0 ? 0 : first.length - at
  }
  const before = new Map(features.map((one) => [one.key, predecessorsOf(one, features)]))
  const order: Feature[] = []
  let waiting = [...features]
  while (waiting.length > 0) {
    const ready = waiting.filter(({ key }) =>
      (before.get(key) ?? []).every((other) => order.some((one) => one.key === other)),
    )
    if (ready.length === 0) throw circle(waiting)
    const highest = Math.max(...ready.map(priorityOf))
    const round = ready.filter((one) => priorityOf(one) === highest).sort(compare)
    order.push(...round)
    waiting = waiting.filter((one) => !round.includes(one))
  }
  return order
}

function predecessorsOf(feature: Feature, all: readonly Feature[]): string[] {
  const after = feature.metadata.installsAfter.map(unversioned)
  const soft = all.filter((one) => one !== feature && namesOf(one).some((name) => after.includes(name)))
  return [...feature.dependencies, ...soft.map(({ key }) => key)]
}

/** The names of a feature: its own, and those under which it was published before. */
const namesOf = ({ reference: { id }, metadata }: Feature): string[] => [
  id,
  ...metadata.legacyIds.map((old) => posix.join(posix.dirname(id), old)),
]

function compare(a: Feature, b: Feature): number {
  const options = (one: Feature) => Object.entries(one.options).sort()
  return (
    text(a.reference.id, b.reference.id) ||
    versions(a.reference.version, b.reference.version) ||
    options(b).length - options(a).length ||
    text(JSON.stringify(options(a)), JSON.stringify(options(b))) ||
    text(a.digest, b.digest)
  )
}

const text = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)

/** From the oldest; `latest` is the newest. */
function versions(a: string, b: string): number {
  if (a === 'latest' || b === 'latest') return Number(a === 'latest') - Number(b === 'latest')
  return a.localeCompare(b, 'en', { numeric: true })
}

const circle = (waiting: readonly Feature[]): TaskError =>
  new TaskError(
    'ACODE-CTN-006',
    `The features ${waiting.map(({ written }) => written).join(', ')} wait for each other (dependsOn, installsAfter), so that none of them can be installed first. Take one of them out.`,
  )

import type { Leg } from './leg.ts'

/** What cleanup did in addition to removing the tasks' containers, as lines; what was left comes first. */
export function cleanupOf(legs: readonly Leg[]): string[] {
  const all = legs.flatMap(({ record }) => (record ? [record.cleanup] : []))
  const lines = [
    ...all.flatMap(({ failed }) => failed.map((what) => `Not removed: ${what}`)),
    ...all.flatMap(({ kept }) => kept.map(({ name, reason }) => `Left alone: ${name} (${reason})`)),
    ...all.flatMap(({ orphans }) => orphans.map((name) => `Removed an orphan: ${name}`)),
    ...legs.flatMap(({ id, record }) =>
      record?.workspace?.kept ? [`Kept the working copy of ${id}: ${record.workspace.kept}`] : [],
    ),
  ]
  // Every task of a machine meets the same orphans.
  return [...new Set(lines)]
}

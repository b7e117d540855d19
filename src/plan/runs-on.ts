import { z } from 'zod'

const label = z.string().min(1, 'is empty')
const labels = z.union([label, z.array(label).min(1, 'is empty')])

/** Where a job runs, in the forms of a workflow's `runs-on`: a label, a list of labels, or a group with or without labels. */
export const runsOnSchema = z.union([labels, z.strictObject({ group: label, labels: labels.optional() })])

/** One of the forms of {@link runsOnSchema}. */
export type RunsOn = z.output<typeof runsOnSchema>

/** Where tasks run for which nothing else is said. */
export const DEFAULT_RUNNER = 'ubuntu-latest'

/** The groups that are named, each once. A job can be in one. */
export const runnerGroups = (all: readonly RunsOn[]): string[] => [
  ...new Set(all.flatMap((one) => (isGroup(one) ? [one.group] : []))),
]

const isGroup = (one: RunsOn): one is Extract<RunsOn, { group: string }> =>
  typeof one === 'object' && !Array.isArray(one)

/** The labels of a choice of runners. */
export const runnerLabels = (one: RunsOn): string[] => [isGroup(one) ? (one.labels ?? []) : one].flat()

/** The parts of a choice of runners: its labels, and its group as `group:NAME`. */
export const runnerParts = (one: RunsOn): string[] => [
  ...runnerGroups([one]).map((group) => `group:${group}`),
  ...runnerLabels(one),
]

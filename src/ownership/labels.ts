import type { ProcessIdentity } from '../host/identity.ts'

/** The keys of our labels. */
export const LABEL = {
  managed: 'acode.managed',
  session: 'acode.session',
  task: 'acode.task',
  /** The task's id as the user wrote it; `acode.task` is what names it. */
  taskId: 'acode.task-id',
  repository: 'acode.repository',
  job: 'acode.job',
  runner: 'acode.runner',
  version: 'acode.version',
  owner: 'acode.owner',
  deadline: 'acode.deadline',
  /** Of cache volumes only: the name that the user gives to the cache. */
  cache: 'acode.cache',
  /** Of kept caches only ({@link ../cache/kept-volumes.ts}): the key, the ref that may write it, and for whom it is. */
  cacheKey: 'acode.cache-key',
  cacheRef: 'acode.cache-ref',
  cacheFor: 'acode.cache-for',
  /** Of a run's own volumes only: the kept cache that is being filled as long as the volume is there. */
  fills: 'acode.fills',
  /** Of a run's own volumes only: the name of the image that is being built as long as the volume is there. */
  builds: 'acode.builds',
  /** Of containers only: whether they have to give something of the runner's back. Which, a note of the runner's says. */
  shared: 'acode.shared',
} as const

/** What the labels of a container say. */
export interface LabelFacts {
  readonly session: string
  readonly task: string
  /** As the user wrote it; empty when there is none. */
  readonly taskId?: string
  readonly repository: string
  readonly job: string
  readonly runner: string
  readonly version: string
  readonly owner: ProcessIdentity
  /** Epoch seconds after which the container is an orphan where its owner cannot be asked. */
  readonly deadline: number
}

/** The job for which a container is made, as the runner names it. */
export const jobFacts = (env: NodeJS.ProcessEnv): Pick<LabelFacts, 'repository' | 'job' | 'runner'> => ({
  repository: env.GITHUB_REPOSITORY ?? '',
  job: env.GITHUB_JOB ?? '',
  runner: env.RUNNER_NAME ?? '',
})

/**
 * All labels of a container: ours, then the user's, which cannot replace ours. All of ours are always set,
 * the empty ones too: what is not set a container has from its image.
 */
export function labelsOf(facts: LabelFacts, users: Readonly<Record<string, string>>): Record<string, string> {
  return {
    ...users,
    [LABEL.managed]: 'true',
    [LABEL.session]: facts.session,
    [LABEL.task]: facts.task,
    ...(facts.taskId !== undefined && { [LABEL.taskId]: facts.taskId }),
    [LABEL.repository]: facts.repository,
    [LABEL.job]: facts.job,
    [LABEL.runner]: facts.runner,
    [LABEL.version]: facts.version,
    [LABEL.owner]: JSON.stringify(facts.owner),
    [LABEL.deadline]: String(facts.deadline),
  }
}

/** What a task writes to of its runner's: as the runner's user (`own`), or so that some of it has to be given back. */
export type Sharing = 'own' | 'foreign'

/** The label of a container alone, besides the others. */
export const sharedLabel = (shared: Sharing | null): Record<string, string> => ({
  [LABEL.shared]: shared ?? '',
})

/** Reads the label; what is not known may have to be given back. */
export function parseShared(label: string): Sharing | null {
  if (label === '') return null
  return label === 'own' ? 'own' : 'foreign'
}

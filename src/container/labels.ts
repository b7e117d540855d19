import type { ProcessIdentity } from '../engine/host.ts'

/** The keys of our labels. */
export const LABEL = {
  managed: 'acode.managed',
  session: 'acode.session',
  task: 'acode.task',
  repository: 'acode.repository',
  job: 'acode.job',
  runner: 'acode.runner',
  version: 'acode.version',
  owner: 'acode.owner',
  deadline: 'acode.deadline',
  /** Of cache volumes only: the name that the user gives to the cache. */
  cache: 'acode.cache',
  /** Of containers only: what of the runner's they have to give back ({@link SharedFolders}). */
  shared: 'acode.shared',
} as const

/** What the labels of a container say. */
export interface LabelFacts {
  readonly session: string
  readonly task: string
  readonly repository: string
  readonly job: string
  readonly runner: string
  readonly version: string
  readonly owner: ProcessIdentity
  /** Epoch seconds after which the container is an orphan whoever owns it. */
  readonly deadline: number
}

/** All labels of a container: ours, then the user's, which cannot replace ours. */
export function labelsOf(facts: LabelFacts, users: Readonly<Record<string, string>>): Record<string, string> {
  return {
    ...users,
    [LABEL.managed]: 'true',
    [LABEL.session]: facts.session,
    [LABEL.task]: facts.task,
    [LABEL.repository]: facts.repository,
    [LABEL.job]: facts.job,
    [LABEL.runner]: facts.runner,
    [LABEL.version]: facts.version,
    [LABEL.owner]: JSON.stringify(facts.owner),
    [LABEL.deadline]: String(facts.deadline),
  }
}

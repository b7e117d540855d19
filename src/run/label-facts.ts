import { BOUNDS } from '../engine/call.ts'
import type { LabelFacts } from '../ownership/labels.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { VERSION } from '../version.ts'
import type { Context } from './context.ts'

/**
 * Time that engine and post step may take beyond the task's own before others may call what is left orphans: to fill
 * and to read workspace and control folder with every call just within its bound.
 */
const DEADLINE_MARGIN_SECONDS = (5 * BOUNDS.change + 5 * BOUNDS.transfer) / 1000

/** What the labels of everything say that this run makes. */
export function labelFacts({ run, env, ownContainer }: Context, spec: ContainerSpec): LabelFacts {
  const seconds = spec.timeoutSeconds + spec.stopGraceSeconds + DEADLINE_MARGIN_SECONDS
  return {
    session: run.identity.session,
    task: run.identity.task,
    repository: env.GITHUB_REPOSITORY ?? '',
    job: env.GITHUB_JOB ?? '',
    runner: env.RUNNER_NAME ?? '',
    version: VERSION,
    owner: { ...run.owner, container: ownContainer },
    deadline: Math.ceil(Date.now() / 1000 + seconds),
  }
}

import type { JobContainerOptions } from './job-container.ts'
import type { User } from './layout.ts'

export type Variables = Readonly<Record<string, string>>

export type JobOptions = {
  /** A folder to use as workspace; default a new, empty one. */
  readonly workspace?: string | undefined
  /** A folder to use as RUNNER_TEMP; default a new one. */
  readonly temp?: string | undefined
  /** The job's `env:`. Secrets that a workflow hands to its steps belong here too. */
  readonly env?: Variables | undefined
  /** Other values for variables of the runner, by their full names: `{ GITHUB_REF: 'refs/tags/v1' }`. */
  readonly github?: Variables | undefined
  readonly runner?: Variables | undefined
  readonly event?: unknown
  readonly matrix?: unknown
  readonly jobIndex?: number | undefined
  readonly jobTotal?: number | undefined
  readonly checkRunId?: string | undefined
  /** How the job stands when its posts run, `job.status`; default success. */
  readonly jobStatus?: 'success' | 'failure' | 'cancelled' | undefined
  /** The network of the job's services, `job.container.network`; default none. */
  readonly network?: string | undefined
  /** `github.token`, never in the environment on its own, masked from the start. */
  readonly token?: string | undefined
  readonly artifacts?: { env(): Variables } | undefined
  /** The folder that holds action.yml; default the repository's root. */
  readonly actionPath?: string | undefined
  readonly nodePath?: string | undefined
  /** The account of the steps, where the tests run as root; the job's own folders are given to it. */
  readonly user?: User | undefined
  /** The job's `container:`, in which its steps run. */
  readonly container?: JobContainerOptions | undefined
}

export type StepOptions = {
  readonly env?: Variables | undefined
  readonly stepId?: string | undefined
  /** The composite action that the step is inside of: `GITHUB_ACTION` is its name for all of its steps. */
  readonly composite?: string | undefined
  /** Another action of the repository, relative to `actionPath`: `./plan`. */
  readonly action?: string | undefined
}

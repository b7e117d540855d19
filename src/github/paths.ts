import { tmpdir } from 'node:os'
import { dirname } from 'node:path'

/** Folders of the runner, absolute. */
export interface RunnerPaths {
  /** The job's workspace, into which it checks out; the current folder where the runner names none. */
  readonly workspace: string
  /** Temporary files of this job alone; the system's folder where the runner names none. */
  readonly temp: string
  /** The folder of all workspaces, which no job's start or end empties; `temp` where the runner names none. */
  readonly lasting: string
}

/** The folders that a runner names to its steps. */
export function runnerPaths(env: NodeJS.ProcessEnv): RunnerPaths {
  const temp = env.RUNNER_TEMP || tmpdir()
  return {
    workspace: env.GITHUB_WORKSPACE || process.cwd(),
    temp,
    lasting: env.RUNNER_WORKSPACE ? dirname(env.RUNNER_WORKSPACE) : temp,
  }
}

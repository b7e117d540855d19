import { tmpdir } from 'node:os'
import { dirname } from 'node:path'

/** Folders and files of the runner, absolute. */
export interface RunnerPaths {
  /** The job's workspace, into which it checks out; the current folder where the runner names none. */
  readonly workspace: string
  /** Temporary files of this job alone; the system's folder where the runner names none. */
  readonly temp: string
  /** The folder of all workspaces, which no job's start or end empties; `temp` where the runner names none. */
  readonly lasting: string
  /** Where a folder of the runner's user may be kept ({@link ownFolder}), the best place first. */
  readonly keeping: readonly string[]
  /** `temp` where the runner names it: what is in it was put there in this job. Null when it names none. */
  readonly ofJob: string | null
  /** The folder of the files by which a step steers later ones (`GITHUB_OUTPUT` is one of them); null: not known. */
  readonly fileCommands: string | null
  /** The file of the step's summary; null where a server has none. */
  readonly summary: string | null
}

/** The folders and files that a runner names to its steps. A variable that is empty counts as absent. */
export function runnerPaths(env: NodeJS.ProcessEnv): RunnerPaths {
  const { GITHUB_WORKSPACE: workspace, RUNNER_TEMP: ofJob, RUNNER_WORKSPACE: pipeline } = env
  const { GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary } = env
  const temp = ofJob || tmpdir()
  return {
    workspace: workspace || process.cwd(),
    temp,
    lasting: pipeline ? dirname(pipeline) : temp,
    keeping: [...(pipeline ? [dirname(pipeline)] : []), ...(ofJob ? [dirname(ofJob), ofJob] : []), tmpdir()],
    ofJob: ofJob || null,
    fileCommands: output ? dirname(output) : null,
    summary: summary || null,
  }
}

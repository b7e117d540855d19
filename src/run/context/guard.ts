import { dirname, join } from 'node:path'
import { type Detached, startDetached } from '../../host/process.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import type { Run } from './open-run.ts'

/** What the guard needs of the runner's environment: its engine, and where notes of shared folders are. */
const PASSED =
  /^(PATH|HOME|USER|XDG_RUNTIME_DIR|DOCKER_.*|RUNNER_TEMP|RUNNER_WORKSPACE|GITHUB_WORKSPACE|SSH_AUTH_SOCK)$/

/** Next to the entry that the runner has started. */
const programOf = (entry: string): string => join(dirname(entry), '..', 'guard', 'index.js')

/**
 * Ends the task where main died and nothing else runs: runner and post killed, nothing started since. It has none of
 * main's streams, nor the variable by which the runner finds and ends what a job left (`RUNNER_TRACKING_ID`).
 */
export class Guard {
  #process: Detached | null = null
  #isDismissed = false

  /** Starts it, once, unless it is dismissed already; called while the engine makes the network, for it takes milliseconds. */
  begin({ env, owner }: Run, { guard }: Pick<ContainerSpec, 'guard'>): void {
    if (!guard || this.#isDismissed || this.#process !== null) return
    const passed = Object.fromEntries(Object.entries(env).filter(([name]) => PASSED.test(name)))
    const program = programOf(process.argv[1] ?? '')
    this.#process = startDetached(process.execPath, [program, JSON.stringify(owner)], passed)
  }

  /** Nothing is left to guard. */
  dismiss(): void {
    this.#isDismissed = true
    this.#process?.dismiss()
  }
}

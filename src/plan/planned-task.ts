import type { ContainerSpec } from '../task/contract.ts'
import type { Fields } from '../task/fields.ts'
import type { TextPlace } from './file/faults.ts'
import type { RunsOn } from './runs-on.ts'

/** What names a task, and where that is written. */
export interface Named {
  readonly id: string
  readonly place: TextPlace
}

/** One task that the file asks for: an entry of its list, or one combination of an entry's strategy. */
export interface PlannedTask extends Named {
  /** `docker` is among them where a container is enabled (RUN-3). */
  readonly requiredCapabilities: readonly string[]
  readonly runsOn: RunsOn | undefined
  readonly paths: readonly string[] | undefined
  /** The container object as it is written, laid over the defaults; null when the task has none. */
  readonly container: Fields | null
  /** The container with every default in place; null when nothing will be started (RUN-12). */
  readonly spec: ContainerSpec | null
}

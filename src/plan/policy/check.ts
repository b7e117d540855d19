import type { ErrorCode } from '../../errors.ts'
import type { Path } from '../file/faults.ts'
import type { PlannedTask } from '../planned-task.ts'

/** Something about a task that does not follow from its fields one by one, at the path of a field in its entry. */
export interface CheckFinding {
  readonly path: Path
  /** What follows the field's name. */
  readonly message: string
  readonly code: ErrorCode
}

/** What is judged of a task: its fields that are right each by itself. The spec lacks those that are not. */
export type Judged = Pick<PlannedTask, 'runsOn' | 'requiredCapabilities' | 'spec'>

/** Judges a task by more than one field, or by what is not in the file. */
export type TaskCheck = (task: Judged) => readonly CheckFinding[]

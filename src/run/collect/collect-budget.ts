import { TaskError } from '../../errors.ts'
import { formatBytes, formatSeconds } from '../../formats/units.ts'
import { Budget, type Limit, type OverBudgetError } from '../../host/budget.ts'
import type { ContainerSpec } from '../../task/contract.ts'

/** The budget that a task gives to the collecting of what it left; its time runs from now on. */
export function budgetOf(spec: ContainerSpec, cancel: AbortSignal): Budget {
  return new Budget(
    {
      seconds: spec.collectTimeoutSeconds,
      bytes: spec.collectMaxBytes,
      files: spec.collectMaxFiles,
      depth: spec.collectMaxDepth,
    },
    cancel,
  )
}

/** What a limit is, for people, with the input that raises it. */
function limitText(limit: Limit, spec: ContainerSpec): string {
  switch (limit) {
    case 'time':
      return `collecting took ${formatSeconds(spec.collectTimeoutSeconds)}, its limit (collect-timeout)`
    case 'bytes':
      return `there is more than ${formatBytes(spec.collectMaxBytes)} (collect-max-bytes)`
    case 'files':
      return `there are more than ${spec.collectMaxFiles} files and folders (collect-max-files)`
    case 'depth':
      return `folders are nested deeper than ${spec.collectMaxDepth}, or paths are longer than 3000 bytes (collect-max-depth)`
    case 'cancelled':
      return 'the job was cancelled'
  }
}

/** A warning that names what was left out for want of a budget; null when nothing was. */
export function leftOutWarning({ exceeded, leftOut }: Budget, spec: ContainerSpec): string | null {
  if (exceeded.size === 0) return null
  const why = [...exceeded].map((limit) => limitText(limit, spec)).join('; ')
  const { names, count } = leftOut
  const others = count > names.length ? ` and ${count - names.length} more` : ''
  const what = count === 0 ? '' : ` Left out: ${names.join(', ')}${others}.`
  return `Not all that the task left was collected: ${why}.${what}`
}

/** The failure of a task whose changes are more than may be collected: in part they are worth nothing. */
export function incompleteChanges(
  { limit, message }: OverBudgetError,
  spec: ContainerSpec,
  container: string,
): TaskError {
  const isCancelled = limit === 'cancelled'
  const advice = isCancelled
    ? ''
    : ' Let the task write less to its workspace, use changes: discard, or raise the limit.'
  const why = isCancelled ? limitText(limit, spec) : `${limitText(limit, spec)} (${message})`
  return new TaskError(
    'ACODE-CTN-010',
    `The changes of the task in ${container} are not complete: ${why}. Nothing of them is kept or applied; its log and $ARTIFACT_DIR are in the record as far as they could be collected.${advice}`,
  )
}

import type { RunRecord } from '../../../src/record/run-record.ts'
import { messages, type StepResult } from '../runner.ts'
import { CHANGED_FILES, type Phase } from './phases.ts'
import type { Fault } from './strikes.ts'

/** What there is to see of a run that a fault has struck. */
export type Evidence = {
  readonly main: StepResult
  /** Null when the runner died with its step. */
  readonly post: StepResult | null
  /** The program that was struck, and for how long it was at work afterwards. */
  readonly struck: { readonly step: StepResult; readonly milliseconds: number }
  /** Null when there is none on the disk. */
  readonly record: RunRecord | null
  readonly isUploaded: boolean
  readonly hasRun: boolean
  readonly appliedFiles: number
  /** The next start on this machine. */
  readonly next: { readonly step: StepResult; readonly record: RunRecord | null }
  /** What is left after it. */
  readonly left: readonly string[]
  /** Why a task of another job, which ran all the while, is not as it should be. */
  readonly sibling: string | null
}

/** The runner kills a step 10 s after its first signal, and a cancelled job's post steps have 45 s. */
const CANCEL_MS = 10_000
const POST_MS = 45_000

/** All that is not as promised in a cell; empty when nothing is. */
export function problemsOf(phase: Phase, fault: Fault, seen: Evidence): string[] {
  return [
    ...seen.left.map((one) => `left: ${one}`),
    ...(seen.sibling === null ? [] : [`the sibling: ${seen.sibling}`]),
    ...boundProblems(fault, seen),
    ...wordProblems(seen),
    ...(seen.record === null ? noRecord(seen) : recordProblems(phase, fault, seen.record, seen)),
    ...nextProblems(seen),
  ]
}

function boundProblems({ name, endsRunner }: Fault, { struck, post }: Evidence): string[] {
  const { step, milliseconds } = struck
  const isKilled = /KILL/.test(name) && !/engine/.test(name)
  return [
    ...(step.signal !== null && !isKilled ? [`the program was ended by ${step.signal}`] : []),
    ...(/^SIG(INT|TERM)$|frozen/.test(name) && milliseconds > CANCEL_MS
      ? [`the end took ${Math.round(milliseconds)} ms`]
      : []),
    ...(step.heldOpen && !endsRunner ? ['a child kept the step open'] : []),
    ...(post !== null && post.durationMs > POST_MS ? [`post took ${Math.round(post.durationMs)} ms`] : []),
  ]
}

/** Words that are never right. */
function wordProblems({ main, post }: Evidence): string[] {
  const log = main.log + (post?.log ?? '')
  const wrong = /failed unexpectedly|Internal error|TypeError|undefined is not/.exec(log)
  const failures = post === null ? [] : messages(post, 'error')
  const all = [...messages(main, 'warning'), ...(post === null ? [] : messages(post, 'warning'))]
  const helpless = all.filter(
    (one) => /could not be removed|Cleanup is not complete/.test(one) && !/docker |rm /.test(one),
  )
  return [
    ...(wrong === null ? [] : [`the log says “${wrong[0]}”`]),
    ...failures.map((one) => `post fails: ${one}`),
    ...helpless.map((one) => `says no command: ${one}`),
  ]
}

/** Main that was killed leaves what post makes; without post there may be none. */
const noRecord = ({ post }: Evidence): string[] => (post === null ? [] : ['there is no record'])

function recordProblems(phase: Phase, fault: Fault, record: RunRecord, seen: Evidence): string[] {
  const { status, error, exitCode } = record
  const message = error?.message ?? ''
  const wanted = expected(phase, fault)
  const outcome = `${status} ${error?.code ?? ''}`.trim()
  const isOpen = record.finishedAt === null
  return [
    ...(isOpen && seen.post !== null && fault.hits !== 'program' ? ['the record is not finished'] : []),
    ...(isOpen || wanted.test(outcome) ? [] : [`the record says “${outcome}” (${message}), not ${wanted}`]),
    ...(exitCode !== null && !seen.hasRun ? [`exit ${exitCode} of a task that has not run`] : []),
    ...(seen.hasRun && /before the task .*was started/.test(message) ? [`a task that ran: ${message}`] : []),
    ...(exitCode === 137 && status === 'failed' ? ['137 is a guess'] : []),
    ...(status === 'error' && error === null ? ['an error without a code'] : []),
    ...changeProblems(record, seen),
  ]
}

function changeProblems(
  { status, error, finishedAt }: RunRecord,
  { appliedFiles, left }: Evidence,
): string[] {
  const message = error?.message ?? ''
  if (appliedFiles !== 0 && appliedFiles !== CHANGED_FILES)
    return [`${appliedFiles} of ${CHANGED_FILES} files are applied (${left.length} things left)`]
  const isApplied = appliedFiles > 0
  if (isApplied && /nothing of them was applied/.test(message)) return [`all is applied: ${message}`]
  const isClaimed = status === 'succeeded' && error === null && finishedAt !== null
  return isClaimed && !isApplied ? ['succeeded, and nothing is applied'] : []
}

function nextProblems({ next: { step, record } }: Evidence): string[] {
  if (step.failed) return [`the next start failed: ${messages(step, 'error').join()}`]
  return (record?.cleanup.failed ?? []).map((one) => `the next start: ${one}`)
}

/** How a run may end that this fault has struck in this phase: its status and code. */
function expected({ name, stage }: Phase, fault: Fault): RegExp {
  const isPost = name === 'post' || name === 'upload'
  if (name === 'post') return /^cancelled ACODE-CTN-009$/ // main was killed before
  if (name === 'upload') return /^succeeded$/
  if (fault.hits === 'artifacts' || isPost) return /^succeeded$/
  if (fault.hits === 'program' || fault.name === 'engine-frozen')
    return stage === 'ended'
      ? /^(succeeded|succeeded ACODE-CTN-009|cancelled ACODE-CTN-009)$/
      : /^cancelled ACODE-CTN-009$/
  if (fault.name === 'disk-full')
    return stage === 'before'
      ? /^(succeeded|error ACODE-CTN-(003|004|010|014))$/
      : /^(succeeded|error ACODE-CTN-010)$/
  // One that stops in an orderly way ends its containers first, and is still there to say so.
  if (stage === 'running') return /^(succeeded|error ACODE-CTN-(003|005))$/
  // An engine that has gone: what was done before stays done, and what is safe to repeat is repeated.
  return stage === 'ended' ? /^(succeeded|error ACODE-CTN-(005|010))$/ : /^(succeeded|error ACODE-CTN-005)$/
}

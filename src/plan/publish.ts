import { randomBytes } from 'node:crypto'
import * as runner from '../github/runner.ts'
import type { TaskFileError } from './file/faults.ts'
import type { PlanInputs } from './inputs.ts'
import { type PlannedLeg, publishedLeg } from './matrix.ts'
import { runnerParts } from './runs-on.ts'
import { faultsSummary, headline, type Plan, planSummary } from './summary.ts'

/** Annotations of one kind that GitHub shows of a step. */
const MOST_ANNOTATIONS = 10

/** Sets the outputs, and puts the plan into log and summary. */
export async function publishPlan(plan: Plan, inputs: PlanInputs, runId: string): Promise<void> {
  const { legs, tasks, left, notes } = plan
  const outputs = outputsOf(legs, inputs, runId, plan.isLockChanged)
  for (const [name, value] of Object.entries(outputs)) runner.output(name, value)
  for (const { output, variable } of maskedIn(outputs, process.env))
    runner.warning(
      `The output ${output} holds the value of ${variable} of this job's environment. GitHub drops an output that holds a secret of the job, and what needs it does not run: take the value out of the tasks, or the variable out of the job.`,
      'Output may be dropped',
    )
  const names = legs.map((leg) => `${leg.id} on ${runnerParts(leg['runs-on']).join(', ')}`)
  for (const line of [`${plan.name}: ${headline(tasks.length, left.length)}`, ...notes])
    runner.info(`- ${line}`)
  if (legs.length > 0)
    runner.group(
      'Planned',
      names.map((name) => `- ${name}`),
    )
  if (left.length > 0)
    runner.group(
      'Left out',
      left.map(({ id, reason }) => `- ${id}: ${reason}`),
    )
  await runner.summarize(planSummary(plan))
}

/** Names under which secrets are kept. */
const SECRET_NAME = /(TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY)/i
/** Shorter values are in any text, and no secrets. */
const SHORTEST = 3

/**
 * Outputs that hold the value of a variable which is likely a secret, or a line of it, as the runner masks them. What
 * else is masked in the job an action cannot know.
 */
function maskedIn(
  outputs: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv,
): { output: string; variable: string }[] {
  const secrets = Object.entries(env).filter(([name]) => SECRET_NAME.test(name) && !name.startsWith('INPUT_'))
  return Object.entries(outputs).flatMap(([output, text]) =>
    secrets.flatMap(([variable, value = '']) => {
      const lines = value.split(/\r?\n/).filter((line) => line.trim().length >= SHORTEST)
      return lines.some((line) => text.includes(line)) ? [{ output, variable }] : []
    }),
  )
}

/** Every output of the action. */
export function outputsOf(
  legs: readonly PlannedLeg[],
  inputs: PlanInputs,
  runId: string,
  isLockChanged?: boolean,
): Record<string, string> {
  const capabilities = new Set(legs.flatMap(({ task }) => task.requiredCapabilities))
  return {
    matrix: JSON.stringify({ include: legs.map(publishedLeg) }),
    count: String(legs.length),
    ids: JSON.stringify(legs.map(({ id }) => id)),
    capabilities: JSON.stringify([...capabilities].sort()),
    offered: Object.keys(inputs['capability-labels']).join(' '),
    session: sessionStem(runId, inputs['check-run-id']),
    'lock-changed': isLockChanged === undefined ? '' : String(isLockChanged),
  }
}

/**
 * The session of all legs of this plan, without their attempt: letters and digits, 18 at most where both ids have
 * 11 digits. The run can be read back from it; the job's check run distinguishes two plans of one run, and chance
 * where the server names none. A leg that is run again alone finds the outputs of the plan as they were.
 */
export function sessionStem(runId: string, checkRunId: string | undefined): string {
  // A hash in a name has no 0: with it, a session is never taken for one that was shortened (task/identity.ts).
  return `r${base36(runId) ?? '0'}0${base36(checkRunId ?? '') ?? BigInt(`0x${randomBytes(5).toString('hex')}`).toString(36)}`
}

const base36 = (digits: string): string | null =>
  /^\d{1,12}$/.test(digits) ? BigInt(digits).toString(36) : null

/** Fails the step with an annotation at each fault; where there are more than are shown, the last one has the rest. */
export async function publishFaults({ source, faults, lines, code }: TaskFileError): Promise<void> {
  const single = faults.length > MOST_ANNOTATIONS ? MOST_ANNOTATIONS - 1 : faults.length
  for (const [index, fault] of faults.slice(0, single).entries()) {
    const { place } = fault
    runner.fail(
      lines[index] ?? '',
      fault.code,
      source.file === null ? undefined : { file: source.file, ...place },
    )
  }
  const rest = lines.slice(single)
  if (rest.length > 0) runner.fail(`And ${rest.length} more problems:\n${rest.join('\n')}`, code)
  await runner.summarize(faultsSummary(source.name, lines))
}

import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { holds, resolved, type Situation, textOf } from './expressions/evaluate.ts'

const texts = z.record(z.string(), z.union([z.string(), z.boolean(), z.number()])).default({})
const workflow = z.object({
  on: z.looseObject({
    workflow_call: z
      .object({
        inputs: z.record(z.string(), z.object({ default: z.union([z.string(), z.boolean(), z.number()]) })),
        outputs: z.record(z.string(), z.object({ value: z.string() })),
      })
      .default({ inputs: {}, outputs: {} }),
  }),
  jobs: z.record(
    z.string(),
    z.looseObject({
      if: z.string().optional(),
      'runs-on': z.unknown(),
      environment: z.string().default(''),
      strategy: z.record(z.string(), z.unknown()).default({}),
      outputs: texts,
      steps: z.array(z.looseObject({ uses: z.string().default(''), with: texts })).default([]),
    }),
  ),
})

type Result = 'success' | 'failure' | 'cancelled' | 'skipped'
type Texts = Readonly<Record<string, string>>

/** How things go: what is not said goes well. */
export interface Course {
  readonly inputs?: Texts | undefined
  readonly secrets?: Texts | undefined
  /** How the plan ends, and the outputs that arrive of it. */
  readonly plan?: Result
  readonly planOutputs: Texts
  /** How the tasks' jobs end together, where they start. */
  readonly tasks?: Exclude<Result, 'skipped'>
  /** The outputs of the report's step, where it starts. */
  readonly reportOutputs?: Texts
  readonly isCancelled?: boolean
  /** False behind a job of the caller that was skipped or failed. */
  readonly ancestorsSucceeded?: boolean
}

/** What the runner makes of a workflow's expressions where things go that way. */
export function follow(path: string, course: Course) {
  const { on, jobs } = workflow.parse(parse(readFileSync(path, 'utf8')))
  const declared = on.workflow_call
  const defaults = Object.fromEntries(
    Object.entries(declared.inputs).map(([name, one]) => [name, one.default]),
  )
  const base = {
    inputs: { ...defaults, ...course.inputs },
    secrets: course.secrets ?? {},
    github: { token: 'the-job-token', run_attempt: '1' },
    matrix: { id: 'unit', task: '{}', 'runs-on': 'ubuntu-latest' },
  }
  const isCancelled = course.isCancelled ?? false
  const before = course.ancestorsSucceeded ?? true
  const situationOf = (needs: object, success: boolean): Situation => ({
    contexts: { ...base, needs, jobs: needs },
    cancelled: isCancelled,
    success: success && before,
  })
  const job = (id: string) => {
    const found = jobs[id]
    if (!found) throw new Error(`${path} has no job ${id}.`)
    return found
  }
  const start = situationOf({}, true)
  const planRuns = holds(job('plan').if, start)
  const plan = { result: planRuns ? (course.plan ?? 'success') : 'skipped', outputs: course.planOutputs }
  const afterPlan = situationOf({ plan }, plan.result === 'success')
  const taskRuns = holds(job('task').if, afterPlan)
  const task = { result: taskRuns ? (course.tasks ?? 'success') : 'skipped', outputs: {} }
  const afterTasks = situationOf({ plan, task }, plan.result === 'success' && task.result === 'success')
  const reportRuns = holds(job('report').if, afterTasks)
  const report = { outputs: reportRuns ? (course.reportOutputs ?? {}) : {} }
  const end = situationOf({ plan, task, report }, true)
  const inputsOf = (id: string, action: RegExp, situation: Situation): Texts => {
    const step = job(id).steps.find(({ uses }) => action.test(uses))
    if (!step) throw new Error(`The job ${id} of ${path} has no step ${action}.`)
    return Object.fromEntries(Object.entries(step.with).map(([name, one]) => [name, textOf(one, situation)]))
  }
  return {
    planRuns,
    taskRuns,
    reportRuns,
    runsOn: {
      plan: resolved(job('plan')['runs-on'], start),
      report: resolved(job('report')['runs-on'], afterTasks),
    },
    environment: textOf(job('task').environment, afterPlan),
    matrix: () => resolved(job('task').strategy.matrix, afterPlan),
    planInputs: inputsOf('plan', /\/plan(@|$)/, start),
    taskInputs: inputsOf('task', /(\/task|acode-task-container@.*)$/, afterPlan),
    checkoutInputs: inputsOf('task', /^actions\/checkout@/, afterPlan),
    reportInputs: inputsOf('report', /\/report(@|$)/, afterTasks),
    outputs: Object.fromEntries(
      Object.entries(declared.outputs).map(([name, { value }]) => [name, textOf(value, end)]),
    ),
  }
}

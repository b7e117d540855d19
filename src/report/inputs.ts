import { z } from 'zod'
import { choice, days, flag, optionalText, problem, readAll, structured } from '../task/input-kinds.ts'
import { failOn } from '../task/problems.ts'
import { RESULTS } from './needs.ts'

const expected = structured.transform((value, context) => {
  if (value === undefined) return undefined
  const ids = z.array(z.string()).safeParse(value)
  return ids.data ?? problem(context, 'has to be a list of task ids: the output ids of ./plan')
})

const lineCount = z.string().transform((value, context) => {
  if (value === '') return 20
  const count = Number(value)
  if (Number.isInteger(count) && count >= 0 && count <= 1000) return count
  return problem(context, `has to be a number from 0 to 1000: got ${JSON.stringify(value)}`)
})

/** Each run is three requests. */
const MOST_RUNS = 50

const runCount = z.string().transform((value, context) => {
  const count = Number(value === '' ? 0 : value)
  if (Number.isInteger(count) && count >= 0 && count <= MOST_RUNS) return count
  problem(context, `has to be a number of runs from 0 to ${MOST_RUNS}: got ${JSON.stringify(value)}`)
  return 0
})

/** Every input of `./report`, as the runner hands it over: text, empty when the workflow says nothing. */
export const reportInputsSchema = z.object({
  records: choice('run', 'job').transform((value) => value ?? 'run'),
  path: optionalText,
  session: optionalText,
  expected,
  'plan-result': choice(...RESULTS),
  'tasks-result': choice(...RESULTS),
  'fail-on': choice('any', 'none').transform((value) => value ?? 'any'),
  'log-lines': lineCount.transform((value) => value ?? 20),
  upload: flag.transform((value) => value ?? true),
  'artifact-name': optionalText,
  'retention-days': days,
  history: runCount,
  'github-token': optionalText,
})

/** The inputs as values; `undefined` where the workflow says nothing. */
export type ReportInputs = z.output<typeof reportInputsSchema>

/**
 * Reads the inputs.
 * @throws TaskError ACODE-CTN-006 that lists all that is wrong with them
 */
export async function readReportInputs(read: (name: keyof ReportInputs) => string): Promise<ReportInputs> {
  const { inputs, problems } = await readAll(reportInputsSchema, read)
  const both = inputs.records === 'job' && inputs.path !== undefined
  const doubled = { field: 'input path', message: 'and records: job exclude each other; give one of them' }
  failOn(both ? [...problems, doubled] : problems, 'Invalid input')
  return inputs
}

import { z } from 'zod'
import { parseMemory } from '../formats/units.ts'
import { flag, problem, readAll } from '../task/input-kinds.ts'
import { failOn } from '../task/problems.ts'

/** Every input of `./clean`, as the runner hands it over: text, empty when the workflow says nothing. */
export const cleanInputsSchema = z.object({
  'dry-run': flag.transform((value) => value ?? false),
  'cache-max': z.string().transform((value, context) => {
    if (value === '') return undefined
    return parseMemory(value) ?? problem(context, 'has to be a size such as 0 or 10g')
  }),
})

/** The inputs as values. */
export type CleanInputs = z.output<typeof cleanInputsSchema>

/**
 * Reads the inputs.
 * @throws TaskError ACODE-CTN-006 that lists all that is wrong with them
 */
export async function readCleanInputs(read: (name: keyof CleanInputs) => string): Promise<CleanInputs> {
  const { inputs, problems } = await readAll(cleanInputsSchema, read)
  failOn(problems, 'Invalid input')
  return inputs
}

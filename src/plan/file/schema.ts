import { z } from 'zod'
import { containerSchema } from '../../task/contract.ts'
import { text } from '../../task/field-kinds.ts'
import { patternProblem } from '../choice/filter-pattern.ts'
import { runsOnSchema } from '../runs-on.ts'

/** The runner's capabilities are separated by blanks and commas: none has one in its name. */
const capability = text.regex(/^[^\s,]+$/, 'is no name of a capability, which has no blanks and commas')
const requiredCapabilities = z.array(capability).optional()
const runsOn = runsOnSchema.optional()
const paths = z
  .array(
    text.max(1000, 'is longer than 1000 characters').superRefine((pattern, context) => {
      const message = patternProblem(pattern)
      if (message !== null) context.addIssue({ code: 'custom', message })
    }),
  )
  .min(1, 'is empty')
  .refine(
    (patterns) => patterns.length === 0 || patterns.some((pattern) => !pattern.startsWith('!')),
    'has only patterns with !, which take away; begin with what they take from, such as "**"',
  )
  .optional()

/** Texts and numbers as they are written; `true` is the text "true". */
const value = z.union([z.string(), z.number(), z.boolean()], 'has to be a text or a number').transform(String)
const combinations = z.array(z.record(z.string(), value, 'has to be a map of keys to values')).optional()

/** The strategy of a task: lists of values by key, and GitHub's `include` and `exclude`. */
export const strategySchema = z
  .object({ include: combinations, exclude: combinations }, 'has to be a map')
  .catchall(z.array(value, 'has to be a list of values, such as [20, 22]').min(1, 'is empty'))

/** What stands for all tasks that say nothing else. The container is read by itself. */
export const defaultsSchema = z.strictObject({
  container: z.unknown().optional(),
  requiredCapabilities,
  runsOn,
  paths,
})

/** An entry of the task file's list. Its strategy and its container are read by themselves. */
export const entrySchema = z.strictObject({
  id: z.union([
    text
      .max(200, 'is longer than 200 characters')
      .refine((id) => id === '' || id.trim() !== '', 'has only blanks')
      .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'has a line break or a control character'),
    z.number().transform(String),
  ]),
  ...defaultsSchema.shape,
  'allow-failure': z.boolean().optional(),
  strategy: z.unknown().optional(),
})

/** The whole file as editors check it; `plan` reads its parts one by one, to say where each fault is. */
export const taskFileSchema = z.strictObject({
  defaults: z.strictObject({ ...defaultsSchema.shape, container: containerSchema.optional() }).optional(),
  tasks: z
    .array(
      z.strictObject({
        ...entrySchema.shape,
        strategy: strategySchema.optional(),
        container: containerSchema.nullish(),
      }),
    )
    .min(1),
})

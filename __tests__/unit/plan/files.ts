import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { readSource, type TaskSource } from '../../../src/plan/file/source.ts'
import { type PlanInputs, readPlanInputs } from '../../../src/plan/inputs.ts'

export const FILES = join(import.meta.dirname, 'files')

/** The names of the files of one kind. */
export const filesOf = (kind: 'good' | 'bad'): string[] => readdirSync(join(FILES, kind)).sort()

const legs = z.array(
  z.tuple([
    z.string(),
    z.union([z.string(), z.array(z.string())]),
    z.array(z.string()),
    z.record(z.string(), z.unknown()).optional(),
  ]),
)

/** What is expected of each file: the legs of good ones, the faults of bad ones. */
export const EXPECTED = z
  .object({
    good: z.record(z.string(), legs),
    bad: z.record(
      z.string(),
      z.string().transform((text) => text.trimEnd().split('\n')),
    ),
  })
  .parse(parse(readFileSync(join(import.meta.dirname, 'expected.yml'), 'utf8')))

/** Inputs as a workflow writes them: text, and empty when nothing is said. */
export type Written = Partial<Record<keyof PlanInputs, string>>

export const inputsOf = (written: Written = {}): Promise<PlanInputs> =>
  readPlanInputs((name) => written[name] ?? '')

/** One of the files as the action reads it. */
export const sourceOf = async (kind: 'good' | 'bad', file: string): Promise<TaskSource> =>
  readSource(await inputsOf({ file }), join(FILES, kind))

/** A text as the action reads it from the input `tasks`. */
export const inline = (text: string): TaskSource => ({ text, name: 'tasks.yml', file: null, folder: FILES })

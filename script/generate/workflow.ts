import { parse } from 'yaml'
import { z } from 'zod'
import { splitDefault } from './default-text.ts'
import { between, table } from './markdown.ts'

const described = z.object({ description: z.string() })
const workflowSchema = z.object({
  on: z.object({
    workflow_call: z.object({
      inputs: z.record(
        z.string(),
        described.extend({ default: z.union([z.string(), z.number(), z.boolean()]) }),
      ),
      secrets: z.record(z.string(), described),
      outputs: z.record(z.string(), described),
    }),
  }),
})

/** The page of the reusable workflow with its tables of inputs, secrets and outputs. */
export function workflowPage(page: string, workflow: string): string {
  const { inputs, secrets, outputs } = workflowSchema.parse(parse(workflow)).on.workflow_call
  const tables = {
    inputs: table(
      ['input', 'meaning', 'default'],
      Object.entries(inputs).map(([name, { description, default: value }]) => {
        const { meaning, fallback } = splitDefault(description)
        return [`\`${name}\``, meaning, value === '' ? (fallback ?? 'none') : `\`${value}\``]
      }),
    ),
    secrets: plainTable('secret', secrets),
    outputs: plainTable('output', outputs),
  }
  return Object.entries(tables).reduce((text, [name, content]) => between(text, name, content), page)
}

const plainTable = (kind: string, rows: Readonly<Record<string, z.output<typeof described>>>): string =>
  table(
    [kind, 'meaning'],
    Object.entries(rows).map(([name, { description }]) => [`\`${name}\``, description]),
  )

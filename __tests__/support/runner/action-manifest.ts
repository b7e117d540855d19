import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { type Contexts, evaluate } from './expressions.ts'

const Input = z.looseObject({ default: z.string().optional(), deprecationMessage: z.string().optional() })
const Manifest = z.looseObject({
  // An input without any property is an empty text in the failsafe schema.
  inputs: z
    .union([z.literal(''), z.record(z.string(), z.union([Input, z.literal('').transform(() => ({}))]))])
    .optional(),
  runs: z.looseObject({
    using: z.string().regex(/^node\d+$/, 'only JavaScript actions can be run'),
    main: z.string(),
    post: z.string().optional(),
  }),
})

export type Inputs = Readonly<Record<string, string | number | boolean>>

/** An action.yml, read as the runner reads it: every scalar is a text, `true` and `1.0` too. */
export class ActionManifest {
  readonly main: string
  readonly post: string | undefined
  readonly #inputs: ReadonlyMap<string, z.infer<typeof Input>>

  constructor(folder: string) {
    const file = ['action.yml', 'action.yaml'].map((name) => path.join(folder, name)).find(existsSync)
    if (file === undefined) throw new Error(`There is no action.yml in ${folder}.`)
    const manifest = Manifest.parse(parse(readFileSync(file, 'utf8'), { schema: 'failsafe' }))
    this.main = path.join(folder, manifest.runs.main)
    this.post = manifest.runs.post === undefined ? undefined : path.join(folder, manifest.runs.post)
    this.#inputs = new Map(Object.entries(manifest.inputs === '' ? {} : (manifest.inputs ?? {})))
  }

  /**
   * The environment variables of the inputs, and the warnings that the runner adds. Every declared input is
   * there, an empty one too; one that is not declared is passed on. Blanks become `_`, hyphens stay.
   */
  resolve(given: Inputs, contexts: Contexts): { environment: Record<string, string>; warnings: string[] } {
    const values = new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), String(value)]))
    const declared = new Set([...this.#inputs.keys()].map((name) => name.toLowerCase()))
    const warnings: string[] = []
    for (const [name, { default: fallback, deprecationMessage }] of this.#inputs) {
      const key = name.toLowerCase()
      if (!values.has(key)) values.set(key, evaluate(fallback ?? '', contexts))
      else if (deprecationMessage !== undefined) {
        warnings.push(`Input '${name}' has been deprecated with message: ${deprecationMessage}`)
      }
    }
    const unexpected = Object.keys(given).filter((name) => !declared.has(name.toLowerCase()))
    if (unexpected.length > 0) {
      const valid = [...this.#inputs.keys()].join("', '")
      warnings.push(`Unexpected input(s) '${unexpected.join("', '")}', valid inputs are ['${valid}']`)
    }
    const variables = [...values].map(([name, value]) => {
      return [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value] as const
    })
    return { environment: Object.fromEntries(variables), warnings }
  }
}

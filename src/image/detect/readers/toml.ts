import { parse } from 'smol-toml'
import { z } from 'zod'
import { messageOf } from '../../../errors.ts'
import { type SourceFile, unreadable } from '../finding.ts'

/** A key of a TOML file at the start of its line, quoted or not. */
export const keyPattern = (name: string): RegExp =>
  new RegExp(`^[ \\t]*["']?${name.replace(/[^\w-]/g, '\\$&')}["']?[ \\t]*=`, 'm')

/**
 * A TOML file by a schema that takes what concerns us.
 * @throws TaskError ACODE-CTN-006
 */
export function readToml<T extends z.ZodType>(source: SourceFile, schema: T): z.output<T> {
  try {
    return schema.parse(parse(source.text))
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (messageOf(error).split('\n')[0] ?? '')
    throw unreadable(source.file, why)
  }
}

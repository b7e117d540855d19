import { z } from 'zod'
import { messageOf } from '../../../errors.ts'
import { type SourceFile, unreadable } from '../finding.ts'

/** A JSON file by a schema that takes what concerns us. `json` may be another parser, such as one with comments. */
export function readJson<T extends z.ZodType>(source: SourceFile, schema: T): z.output<T> {
  try {
    return schema.parse(JSON.parse(withoutMark(source.text)))
  } catch (error) {
    throw unreadable(source.file, error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error))
  }
}

/** The byte order mark that editors of Windows write. */
export const withoutMark = (text: string): string => text.replace(/^\uFEFF/, '')

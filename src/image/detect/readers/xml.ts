import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { messageOf } from '../../../errors.ts'
import { type SourceFile, unreadable } from '../finding.ts'
import { withoutMark } from './json.ts'

/**
 * An XML file of a repository, its text, without entities that the file itself defines.
 * @throws TaskError ACODE-CTN-006
 */
export function parseXml(source: SourceFile): unknown {
  const text = withoutMark(source.text)
  try {
    const valid = XMLValidator.validate(text)
    if (valid !== true) throw new Error(`${valid.err.msg} (line ${valid.err.line})`)
    return new XMLParser({ processEntities: false, parseTagValue: false, ignoreAttributes: true }).parse(text)
  } catch (error) {
    throw unreadable(source.file, messageOf(error))
  }
}

/** The text of the first element of a name, at any depth; null when there is none. */
export function propertyOf(node: unknown, name: string): string | null {
  const waiting: unknown[] = [node]
  for (let next = waiting.shift(); next !== undefined || waiting.length > 0; next = waiting.shift()) {
    if (typeof next !== 'object' || next === null) continue
    for (const [key, value] of Object.entries(next)) {
      const [first] = [value].flat()
      if (key === name && typeof first === 'string' && first.trim() !== '') return first.trim()
      waiting.push(value)
    }
  }
  return null
}

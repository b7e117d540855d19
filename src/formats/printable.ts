/**
 * Text of others (names, labels, messages of engines and registries, paths) as it may stand in the step's log.
 * The runner reads every line for commands: `::name::` at its start, after white space, and `##[name]` anywhere in
 * it; lines end at CR, LF and CRLF (`ActionCommand.TryParse`, `TryParseV2`, `ProcessInvoker`).
 */

/** Control characters but the tab, and what turns the direction of text or ends a line in some readers. */
const HIDDEN = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\t' }

/** A text whose control characters can be seen, in one line. */
export const visible = (text: string): string =>
  text.replace(HIDDEN, (character) => {
    const code = character.charCodeAt(0).toString(16)
    return (
      NAMED[character] ?? (code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`)
    )
  })

/** A text as one line in which the runner finds no command. */
export const plainLine = (text: string): string =>
  visible(text)
    .replaceAll('##[', '# #[')
    .replace(/^(\s*):(?=:)/, '$1: ')

/** What an annotation has of a message; the runner cuts it at 4,096 characters, in the log too. */
const LONGEST_ANNOTATION = 2_000
const REST = '… (the whole message is in the step’s log)'

/** A message as an annotation says it, and the lines that the log has to have before it. */
interface AnnotationText {
  readonly message: string
  /** The whole message, where the annotation is only its beginning; empty otherwise. */
  readonly lines: readonly string[]
}

/** A message of any length, in harmless lines. */
export function annotationText(text: string, longest = LONGEST_ANNOTATION): AnnotationText {
  const lines = text
    .trimEnd()
    .split(/\r\n|\n/)
    .map(plainLine)
  const whole = lines.join('\n')
  if (whole.length <= longest) return { message: whole, lines: [] }
  const start = whole.slice(0, longest - REST.length - 1).toWellFormed()
  const end = start.lastIndexOf('\n')
  return { message: end > 0 ? `${start.slice(0, end)}\n${REST}` : `${start} ${REST}`, lines }
}

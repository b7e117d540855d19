/** One workflow command as a line of output gave it. Names and property keys are in lower case. */
export type Command = {
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly data: string
  readonly line: string
}

/**
 * Reads a line as the runner does (ActionCommand.cs): first `::name props::data` at the start of the line after
 * blanks, then `##[name props]data` anywhere in it, its first `##[` only. Only registered names count: any
 * other such line is plain output.
 */
export function parseCommand(line: string, registered: ReadonlySet<string>): Command | undefined {
  return parseColons(line, registered) ?? parseBrackets(line, registered)
}

function parseColons(line: string, registered: ReadonlySet<string>): Command | undefined {
  const message = trimStart(line)
  if (!message.startsWith('::')) return undefined
  const end = message.indexOf('::', 2)
  if (end < 0) return undefined
  const head = splitHead(message.slice(2, end))
  if (!registered.has(head.name)) return undefined
  const properties = parseProperties(head.rest.trim(), ',', unescapeProperty)
  return { name: head.name, properties, data: unescapeData(message.slice(end + 2)), line }
}

function parseBrackets(line: string, registered: ReadonlySet<string>): Command | undefined {
  const start = line.indexOf('##[')
  if (start < 0) return undefined
  const end = line.indexOf(']', start)
  if (end < 0) return undefined
  const head = splitHead(line.slice(start + 3, end))
  if (!registered.has(head.name)) return undefined
  const properties = parseProperties(head.rest, ';', unescapeBrackets)
  return { name: head.name, properties, data: unescapeBrackets(line.slice(end + 1)), line }
}

/** .NET's idea of white space: JavaScript's has U+FEFF and lacks U+0085. */
function trimStart(text: string): string {
  return text.replace(/^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/, '')
}

function splitHead(head: string): { name: string; rest: string } {
  const space = head.indexOf(' ')
  if (space < 0) return { name: head.toLowerCase(), rest: '' }
  return { name: head.slice(0, space).toLowerCase(), rest: head.slice(space + 1) }
}

function parseProperties(
  text: string,
  separator: string,
  decode: (value: string) => string,
): Record<string, string> {
  const properties: Record<string, string> = {}
  for (const property of text.split(separator)) {
    const equals = property.indexOf('=')
    if (equals <= 0 || equals === property.length - 1) continue
    properties[property.slice(0, equals).toLowerCase()] = decode(property.slice(equals + 1))
  }
  return properties
}

// `%25` comes last in each, as in the runner, so that `%250A` stays `%0A`.
function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','))
}

function unescapeBrackets(text: string): string {
  return unescapeData(text.replaceAll('%3B', ';').replaceAll('%5D', ']'))
}

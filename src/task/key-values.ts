/** A line that is no `KEY=VALUE`. */
export class KeyValueError extends Error {
  override readonly name = 'KeyValueError'
}

/**
 * Parses the format of the runner's file commands (`GITHUB_OUTPUT`, `GITHUB_ENV`): lines `KEY=VALUE`, and
 * `KEY<<END` … `END` for values of several lines. Used for what a task writes and for inputs of the same form.
 * Blank lines count for nothing. A line that is a `KEY` alone is looked up, where a look-up is given. A line whose
 * key does not match `keys` is none: it may be the second of a value whose first line alone was meant to be one.
 * @throws KeyValueError that names the line
 */
export function parseKeyValues(
  text: string,
  lookUp?: (key: string) => string | undefined,
  keys = /./s,
): Map<string, string> {
  const values = new Map<string, string>()
  const lines = text.split(/\r?\n/)
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (line.trim() === '') continue
    const heredoc = /^([^=<]+)<<(.+)$/.exec(line)
    const equals = line.indexOf('=')
    if (heredoc?.[1]?.trim() && heredoc[2] && keys.test(heredoc[1].trim())) {
      const end = lines.indexOf(heredoc[2], at + 1)
      if (end < 0) throw new KeyValueError(`line ${at + 1} is KEY<<END, but no line END follows`)
      values.set(heredoc[1].trim(), lines.slice(at + 1, end).join('\n'))
      at = end
    } else if (equals > 0 && keys.test(line.slice(0, equals).trim())) {
      values.set(line.slice(0, equals).trim(), line.slice(equals + 1))
    } else if (lookUp && /^[\w.-]+$/.test(line.trim())) {
      const value = lookUp(line.trim())
      if (value !== undefined) values.set(line.trim(), value)
    } else {
      // The line itself may be half of a secret: only its number is told.
      const instead = /^\s*[A-Za-z_][\w.-]*:(\s|$)/.test(line)
        ? '; use NODE_ENV=test, not NODE_ENV: test'
        : ' (a value of several lines is KEY<<END … END)'
      throw new KeyValueError(`line ${at + 1} is no KEY=VALUE${instead}`)
    }
  }
  return values
}

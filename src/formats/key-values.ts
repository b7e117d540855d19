/** A line that is no `KEY=VALUE`. */
export class KeyValueError extends Error {
  override readonly name = 'KeyValueError'
}

/** How lines are read. */
export interface KeyValueOptions {
  /** What a key may be. A line whose key is another is none: it may be the second of a value of several lines. */
  readonly keys?: RegExp
  /**
   * The variables that a line of a name alone stands for; null when it is no name. Without this there are no such
   * lines.
   */
  readonly lookUp?: (name: string, line: number) => readonly (readonly [string, string])[] | null
  /** Whether a value in `KEY<<END` … `END` keeps the line end before END, as keys for ssh need it. */
  readonly keepsLastNewline?: boolean
}

/**
 * Parses the format of the runner's file commands (`GITHUB_OUTPUT`, `GITHUB_ENV`): lines `KEY=VALUE`, and
 * `KEY<<END` … `END` for values of several lines. Used for what a task writes and for inputs of the same form.
 * Blank lines count for nothing. Names alone are looked up above the first `KEY=VALUE` only.
 * @throws KeyValueError that names the line
 */
export function parseKeyValues(
  text: string,
  { keys = /./s, lookUp, keepsLastNewline = false }: KeyValueOptions = {},
): Map<string, string> {
  const values = new Map<string, string>()
  const lines = text.split(/\r?\n/)
  let mayContinue = false
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (line.trim() === '') continue
    const heredoc = /^([^=<]+)<<(.+)$/.exec(line)
    const equals = line.indexOf('=')
    if (heredoc?.[1]?.trim() && heredoc[2] && keys.test(heredoc[1].trim())) {
      const end = lines.indexOf(heredoc[2], at + 1)
      if (end < 0) throw new KeyValueError(`line ${at + 1} is KEY<<END, but no line END follows`)
      const value = lines.slice(at + 1, end)
      values.set(
        heredoc[1].trim(),
        [...value, ...(keepsLastNewline && value.length > 0 ? [''] : [])].join('\n'),
      )
      at = end
    } else if (equals > 0 && keys.test(line.slice(0, equals).trim())) {
      values.set(line.slice(0, equals).trim(), line.slice(equals + 1))
      mayContinue = true
    } else {
      // The line itself may be half of a secret: only its number is given.
      const found = lookUp?.(line.trim(), at + 1) ?? null
      if (found === null) {
        const instead = /^\s*[A-Za-z_][\w.-]*:(\s|$)/.test(line)
          ? '; use NODE_ENV=test, not NODE_ENV: test'
          : ' (a value of several lines is KEY<<END … END)'
        throw new KeyValueError(`line ${at + 1} is no KEY=VALUE${instead}`)
      }
      if (mayContinue)
        throw new KeyValueError(
          `line ${at + 1} is a name alone below a KEY=VALUE, and may be its second line: write names above the first KEY=VALUE, and a value of several lines as KEY<<END … END`,
        )
      for (const [name, value] of found) values.set(name, value)
    }
  }
  return values
}

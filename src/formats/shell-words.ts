/** A text whose quotation marks do not close, or that only a shell could make words of. */
export class QuotingError extends Error {
  override readonly name = 'QuotingError'
}

const BLANK = /\s/
/** What separates commands or redirects them where it is not quoted (POSIX.1-2024 Shell Command Language, 2.2). */
const OPERATOR = /^(&&|\|\||;;|<<|>>|[;&|<>()])/
/** What a backslash quotes between double quotation marks (2.2.3). */
const ESCAPED = /["\\$`]/
/** What a shell puts a variable, or the output of a command, in the place of (2.6). */
const EXPANSION = /^(`|\$[\w{(@*#?!$-])/

/**
 * Splits a text into words as a POSIX shell does, and does nothing else to it: variables, globs and braces stay as
 * they are written. A backslash at the end of a line continues it on the next.
 * @param refusesExpansions whether what a shell would fill in is an error where it is not in single quotes
 * @throws QuotingError
 */
export function shellWords(text: string, refusesExpansions = false): string[] {
  const refuseAt = (place: number): void => {
    const expansion = refusesExpansions ? EXPANSION.exec(text.slice(place, place + 2))?.[0] : undefined
    if (expansion !== undefined)
      throw new QuotingError(`${expansion} has a meaning only in a shell; write it in single quotes`)
  }
  const words: string[] = []
  let word: string | null = null
  let at = 0
  while (at < text.length) {
    const character = text.charAt(at)
    const operator = OPERATOR.exec(text.slice(at, at + 2))?.[0]
    if (BLANK.test(character)) {
      if (word !== null) words.push(word)
      word = null
      at++
    } else if (character === '\\') {
      const [taken, length] = escapedAt(text, at)
      if (taken !== '') word = (word ?? '') + taken
      at += length
    } else if (character === "'" || character === '"') {
      const [taken, end] = quotedAt(text, at, character, refuseAt)
      word = (word ?? '') + taken
      at = end
    } else if (operator !== undefined || (character === '#' && word === null)) {
      throw new QuotingError(`${operator ?? '#'} has a meaning only in a shell; quote it`)
    } else {
      refuseAt(at)
      word = (word ?? '') + character
      at++
    }
  }
  return word === null ? words : [...words, word]
}

/** What a backslash makes of what follows it, and how long both are. A line end that it quotes is gone. */
function escapedAt(text: string, at: number): [string, number] {
  const lineEnd = /^\r?\n/.exec(text.slice(at + 1, at + 3))?.[0]
  if (lineEnd !== undefined) return ['', 1 + lineEnd.length]
  if (at + 1 >= text.length) throw new QuotingError('it ends with a \\ behind which nothing follows')
  return [text.charAt(at + 1), 2]
}

/** What stands between the quotation mark at a place and the one that closes it, and where the text goes on. */
function quotedAt(
  text: string,
  start: number,
  mark: string,
  refuseAt: (place: number) => void,
): [string, number] {
  let taken = ''
  let at = start + 1
  while (at < text.length) {
    const character = text.charAt(at)
    if (character === mark) return [taken, at + 1]
    const next = text.charAt(at + 1)
    if (
      mark === '"' &&
      character === '\\' &&
      (ESCAPED.test(next) || /^\r?\n/.test(text.slice(at + 1, at + 3)))
    ) {
      const [escaped, length] = escapedAt(text, at)
      taken += escaped
      at += length
    } else {
      if (mark === '"') refuseAt(at)
      taken += character
      at++
    }
  }
  throw new QuotingError(`a ${mark} is not closed`)
}

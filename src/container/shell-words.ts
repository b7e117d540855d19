/** A text whose quotation marks do not close, or that only a shell could make words of. */
export class QuotingError extends Error {
  override readonly name = 'QuotingError'
}

const BLANK = /\s/
/** What separates commands or redirects them where it is not quoted (POSIX.1-2024 Shell Command Language, 2.2). */
const OPERATOR = /^(&&|\|\||;;|<<|>>|[;&|<>()])/
/** What a backslash quotes between double quotation marks (2.2.3). */
const ESCAPED = /["\\$`]/

/**
 * Splits a text into words as a POSIX shell does, and does nothing else to it: variables, globs and braces stay as
 * they are written. A backslash at the end of a line continues it on the next.
 * @throws QuotingError
 */
export function shellWords(text: string): string[] {
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
      const [taken, end] = quotedAt(text, at, character)
      word = (word ?? '') + taken
      at = end
    } else if (operator !== undefined || (character === '#' && word === null)) {
      throw new QuotingError(`${operator ?? '#'} has a meaning only in a shell; quote it`)
    } else {
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
function quotedAt(text: string, start: number, mark: string): [string, number] {
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
      taken += character
      at++
    }
  }
  throw new QuotingError(`a ${mark} is not closed`)
}

/** JSON as editors write their settings: with comments, and commas before the end of a list or map. */

/**
 * A text, or a comment. Either ends with the input where it is not closed: a search that fails there would begin again
 * at each mark, and take the square of the length.
 */
const TOKEN = /"(?:[^"\\]|\\[\s\S]?)*"?|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g
/** A text, or a comma with nothing but blanks before what ends a list or map. */
const TRAILING = /"(?:[^"\\]|\\[\s\S]?)*"?|(,)\s*(?=[\]}])/g

/**
 * Reads JSON with comments.
 * @throws SyntaxError with the place, as of any JSON: what is taken out leaves blanks
 */
export function parseJsonWithComments(text: string): unknown {
  const bare = text
    .replace(/^\uFEFF/, ' ')
    .replace(TOKEN, (token) => (token.startsWith('"') || isOpen(token) ? token : blank(token)))
  return JSON.parse(
    bare.replace(TRAILING, (found, comma?: string) => (comma === undefined ? found : ` ${found.slice(1)}`)),
  )
}

const isOpen = (comment: string): boolean => comment.startsWith('/*') && !/^\/\*[\s\S]*\*\/$/.test(comment)

const blank = (text: string): string => text.replace(/[^\n]/g, ' ')

/** JSON as editors write their settings: with comments, and commas before the end of a list or map. */

const TOKEN = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g

/**
 * Reads JSON with comments.
 * @throws SyntaxError with the place, as of any JSON: what is taken out leaves blanks
 */
export function parseJsonWithComments(text: string): unknown {
  const bare = text
    .replace(/^\uFEFF/, ' ')
    .replace(TOKEN, (token) => (token.startsWith('"') ? token : blank(token)))
  return JSON.parse(
    bare.replace(TRAILING, (found, comma?: string) => (comma === undefined ? found : ` ${found.slice(1)}`)),
  )
}

/** A text, or a comma with nothing but blanks before what ends a list or map. */
const TRAILING = /"(?:[^"\\]|\\.)*"|(,)\s*(?=[\]}])/g

const blank = (text: string): string => text.replace(/[^\n]/g, ' ')

import { visible } from './printable.ts'

/** Nothing of a table, link, picture or HTML gets in from names and messages, and no control character. */
export const escapeCell = (text: string): string =>
  visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\|`*[\]]/g, '\\$&')

/** Text of any kind as code in one cell. */
export const codeCell = (text: string): string => `<code>${escapeCell(text.replace(/\s+/g, ' '))}</code>`

/** A block of plain text; no line of the text can end its fence. */
export function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}text\n${text}\n${fence}`
}

/** Markdown that is folded away below its title, which is HTML. */
export const folded = (title: string, markdown: string): string =>
  `<details><summary>${title}</summary>\n\n${markdown}\n\n</details>`

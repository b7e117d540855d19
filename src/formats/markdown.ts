import { visible } from './printable.ts'

/** Characters that HTML and GitHub read: markup, mentions, references to issues. */
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '@': '&#64;',
  '#': '&#35;',
}

/**
 * Nothing of a table, list, link, picture, mention, emoji or HTML gets in from names and messages, and no control
 * character. What GitHub makes a link of by itself is broken where that begins (`://`, `www.`).
 */
export const escapeCell = (text: string): string =>
  visible(text)
    .replace(/[&<>@#]/g, (character) => ENTITIES[character] ?? character)
    .replace(/[\\|`*[\]_~]/g, '\\$&')
    .replace(/:(?=\/\/)|:(?=[\w+-]+:)|(?<=:[\w+-]+):/g, '&#58;')
    .replace(/\b(www)\./gi, '$1&#46;')
    .replace(/^(\s*)([-+=])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2')

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

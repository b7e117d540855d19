import { visible } from '../engine/printable.ts'

/** Nothing of a table, link, picture or HTML gets in from names and messages, and no control character. */
export const escapeCell = (text: string): string =>
  visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\|`*[\]]/g, '\\$&')

/** Text of any kind as code in one cell. */
export const codeCell = (text: string): string => `<code>${escapeCell(text.replace(/\s+/g, ' '))}</code>`

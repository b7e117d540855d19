/** Nothing of a table, link, picture or HTML gets in from names and messages. */
export const escapeCell = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\|`*[\]]/g, '\\$&')

/** Text of any kind as code in one cell. */
export const codeCell = (text: string): string => `<code>${escapeCell(text.replace(/\s+/g, ' '))}</code>`

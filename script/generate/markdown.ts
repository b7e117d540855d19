/** The first line of every page that is generated as a whole. */
export const GENERATED = '<!-- Made by `npm run generate`. Do not edit. -->'

/** A table; cells are Markdown, and a `|` in them is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}

/**
 * A page with what stands between `<!-- NAME:start -->` and `<!-- NAME:end -->` replaced.
 * @throws Error when the page has no such place
 */
export function between(page: string, name: string, content: string): string {
  const start = `<!-- ${name}:start -->`
  const end = `<!-- ${name}:end -->`
  const from = page.indexOf(start)
  const to = page.indexOf(end)
  if (from < 0 || to < from) throw new Error(`the page has no ${start} … ${end}`)
  return `${page.slice(0, from + start.length)}\n${content}\n${page.slice(to)}`
}

import { globSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'

/** A YAML example of a page. */
export interface Snippet {
  /** The page and the line of its fence. */
  readonly path: string
  readonly text: string
  readonly value: unknown
}

/** Every YAML example of the README and the pages of docs/. */
export const SNIPPETS: readonly Snippet[] = globSync(['README.md', 'docs/*.md']).flatMap((page) => {
  const text = readFileSync(page, 'utf8')
  return [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map(({ 1: yaml = '', index }) => ({
    path: `${page}:${text.slice(0, index).split('\n').length}`,
    text: yaml,
    value: parse(yaml),
  }))
})

/** Those that are a map with this key. */
export const snippetsWith = (key: string): Snippet[] =>
  SNIPPETS.filter(({ value }) => typeof value === 'object' && value !== null && key in value)

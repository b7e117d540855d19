import { globSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'

/** A YAML example of a page. */
export interface Snippet {
  /** The page and the line of its fence. */
  readonly path: string
  readonly text: string
  readonly value: unknown
}

/** The pages of the repository. */
export const PAGES: readonly string[] = globSync(['*.md', 'docs/**/*.md', 'examples/*.md']).sort()

/** Every YAML example of the pages. */
export const SNIPPETS: readonly Snippet[] = PAGES.flatMap((page) => {
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

/** What an example is: each kind is checked against what reads it. */
export const kindOf = ({
  value,
}: Snippet): 'workflow' | 'task file' | 'payload' | 'policy' | 'toolchains' => {
  const has = (key: string) => typeof value === 'object' && value !== null && key in value
  if (has('jobs')) return 'workflow'
  if (has('tasks')) return 'task file'
  if (has('require-digest')) return 'policy'
  return has('task') || has('container') || has('image') ? 'payload' : 'toolchains'
}

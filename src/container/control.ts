/** The control folder in the container, `/run/acode`. */
export const CONTROL = '/run/acode'

/** Paths of the control folder, in the container. */
export const CONTROL_PATHS = {
  home: `${CONTROL}/home`,
  env: `${CONTROL}/env`,
  event: `${CONTROL}/event.json`,
  output: `${CONTROL}/output`,
  path: `${CONTROL}/path`,
  summary: `${CONTROL}/summary`,
  artifacts: `${CONTROL}/artifacts`,
  secrets: `${CONTROL}/secrets`,
  environment: `${CONTROL}/environment`,
} as const

/** A script that the control folder holds, by its path in there. */
export interface Script {
  readonly path: string
  readonly content: string
}

/** One thing that is in a fresh folder when the task starts; paths are relative to the folder. */
export type Entry =
  | { readonly path: string; readonly kind: 'folder' }
  | {
      readonly path: string
      readonly kind: 'file'
      readonly content: string
      readonly mode: 'written' | 'script' | 'secret'
    }

/**
 * What the control folder holds when the task starts.
 * @param texts `environment`: text of that file; empty: there is none. `event`: the payload of the run's event
 */
export function controlEntries(
  { script }: { readonly script: Script | null },
  secrets: Readonly<Record<string, string>>,
  { environment = '', event = '{}' }: { readonly environment?: string; readonly event?: string } = {},
): Entry[] {
  const entries: Entry[] = [
    { path: 'home', kind: 'folder' },
    { path: 'artifacts', kind: 'folder' },
    { path: 'output', kind: 'file', content: '', mode: 'written' },
    { path: 'summary', kind: 'file', content: '', mode: 'written' },
    { path: 'env', kind: 'file', content: '', mode: 'written' },
    { path: 'path', kind: 'file', content: '', mode: 'written' },
    { path: 'event.json', kind: 'file', content: event, mode: 'secret' },
  ]
  if (script) entries.push({ ...script, kind: 'file', mode: 'script' })
  if (environment !== '')
    entries.push({ path: 'environment', kind: 'file', content: environment, mode: 'secret' })
  const names = Object.keys(secrets)
  if (names.length > 0) entries.push({ path: 'secrets', kind: 'folder' })
  for (const name of names)
    entries.push({ path: `secrets/${name}`, kind: 'file', content: secrets[name] ?? '', mode: 'secret' })
  return entries
}

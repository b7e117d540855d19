import { normalize } from 'node:path/posix'
import { gitConfigFile } from '../git-settings.ts'
import { foldersBetween } from '../workdir.ts'

/** The control folder in the container, `/run/acode`. */
export const CONTROL = '/run/acode'

const HOME = 'home'

/** Paths of the control folder, in the container. */
export const CONTROL_PATHS = {
  home: `${CONTROL}/${HOME}`,
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
export type ControlEntry =
  | { readonly path: string; readonly kind: 'folder' }
  | {
      readonly path: string
      readonly kind: 'file'
      readonly content: string
      readonly mode: 'written' | 'script' | 'secret'
    }

/**
 * What the control folder holds when the task starts.
 * @param further `environment`: text of that file; empty: there is none. `event`: the payload of the run's event.
 * `below`: what mounts lie on
 */
export function controlEntries(
  { script }: { readonly script: Script | null },
  secrets: Readonly<Record<string, string>>,
  {
    environment = '',
    event = '{}',
    below = [],
  }: {
    readonly environment?: string
    readonly event?: string
    readonly below?: readonly ControlEntry[]
  } = {},
): ControlEntry[] {
  const entries: ControlEntry[] = [
    { path: HOME, kind: 'folder' },
    { path: `${HOME}/.gitconfig`, kind: 'file', content: gitConfigFile(), mode: 'written' },
    { path: 'artifacts', kind: 'folder' },
    { path: 'output', kind: 'file', content: '', mode: 'written' },
    { path: 'summary', kind: 'file', content: '', mode: 'written' },
    { path: 'env', kind: 'file', content: '', mode: 'written' },
    { path: 'path', kind: 'file', content: '', mode: 'written' },
    { path: 'event.json', kind: 'file', content: event, mode: 'secret' },
    ...below.filter(({ path }) => path !== `${HOME}/.gitconfig`),
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

/** Something that is to be mounted. */
export interface Mounted {
  readonly target: string
  readonly isFile: boolean
}

/** What mounts below the control folder's `home` lie on: the engine would make it, as root. */
export function mountPoints(mounted: readonly Mounted[]): ControlEntry[] {
  const entries = new Map<string, ControlEntry>()
  for (const { target, isFile } of mounted) {
    const folders = foldersBetween(CONTROL, normalize(target))
    if (folders[0] !== HOME) continue
    for (const path of folders.slice(1)) if (!entries.has(path)) entries.set(path, { path, kind: 'folder' })
    const last = folders.at(-1)
    if (isFile && last !== undefined)
      entries.set(last, { path: last, kind: 'file', content: '', mode: 'written' })
  }
  return [...entries.values()]
}

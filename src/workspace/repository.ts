import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GitMissingError, git } from '../engine/git.ts'
import { filesBelow, systemPath } from './changes.ts'
import {
  formatSettings,
  type GitSetting,
  parseConfigFile,
  parseSettings,
  withoutCredentials,
} from './git-config.ts'

/** A file that a task gets in place of the checkout's own. */
export interface Replacement {
  /** Relative to the workspace. */
  readonly path: string
  readonly content: string
}

/** True where the folder is a checkout whose git folder is its own (a linked worktree's is elsewhere). */
export async function isRepository(folder: string): Promise<boolean> {
  return (await lstat(join(folder, '.git')).catch(() => null))?.isDirectory() ?? false
}

/**
 * The git configurations of a checkout and its submodules, without credentials: what the task sees in their
 * place. Only those that change are named.
 */
export async function configsWithoutCredentials(workspace: string): Promise<Replacement[]> {
  const found = await Promise.all(
    (await configFiles(workspace)).map(async (path): Promise<Replacement[]> => {
      const file = systemPath(workspace, path).toString()
      const settings = await settingsOf(file)
      const harmless = withoutCredentials(settings ?? parseConfigFile(await readFile(file, 'utf8')))
      const isSame = JSON.stringify(harmless) === JSON.stringify(settings)
      return isSame ? [] : [{ path, content: formatSettings(harmless) }]
    }),
  )
  return found.flat()
}

/** What git reads in a configuration; null where there is no git to ask. */
async function settingsOf(file: string): Promise<GitSetting[] | null> {
  try {
    return parseSettings(await git(['config', '--file', file, '--no-includes', '--list', '-z']))
  } catch (error) {
    if (error instanceof GitMissingError) return null
    throw error
  }
}

/** Configurations in a git folder: its own, its worktrees', its submodules'. Objects and logs are not looked at. */
async function configFiles(workspace: string): Promise<string[]> {
  const below = await Promise.all(
    ['modules', 'worktrees'].map((folder) => filesBelow(workspace, `.git/${folder}`)),
  )
  const nested = below
    .flat()
    .filter((path) => /\/config(\.worktree)?$/.test(path) && !/\/(objects|refs|logs)\//.test(path))
  const own = ['.git/config', '.git/config.worktree']
  const there = await Promise.all(own.map((path) => filesBelow(workspace, path)))
  return [...there.flat(), ...nested]
}

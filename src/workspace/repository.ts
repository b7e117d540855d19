import { lstat, readdir, readFile } from 'node:fs/promises'
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
  /** Bytes, one a character (latin1). */
  readonly content: string
}

/** True where the folder is a checkout whose git folder is its own (a linked worktree's is elsewhere). */
export async function isRepository(folder: string): Promise<boolean> {
  return (await lstat(join(folder, '.git')).catch(() => null))?.isDirectory() ?? false
}

/** How deep below the workspace checkouts are looked for where the whole tree is not walked anyway. */
export const NEARBY = 3

/**
 * The git configurations of all checkouts in a workspace and of their submodules, without credentials: what the
 * task sees in their place. Only those that change are named.
 */
export async function configsWithoutCredentials(
  workspace: string,
  depth = Number.POSITIVE_INFINITY,
): Promise<Replacement[]> {
  const found = await Promise.all(
    (await configFiles(workspace, depth)).map(async (path): Promise<Replacement[]> => {
      const content = await readFile(systemPath(workspace, path))
      const settings = await settingsOf(content)
      const harmless = withoutCredentials(settings ?? parseConfigFile(content.toString('latin1')))
      const isSame = JSON.stringify(harmless) === JSON.stringify(settings)
      return isSame ? [] : [{ path, content: formatSettings(harmless) }]
    }),
  )
  return found.flat()
}

/** What git reads in a configuration; null where there is no git to ask. */
async function settingsOf(content: Buffer): Promise<GitSetting[] | null> {
  try {
    const args = ['config', '--file', '-', '--no-includes', '--list', '-z']
    return parseSettings(await git(args, { input: content, encoding: 'latin1' }))
  } catch (error) {
    if (error instanceof GitMissingError) return null
    throw error
  }
}

/** Configurations of git folders: their own, their worktrees', their submodules'. Objects and logs are not looked at. */
async function configFiles(workspace: string, depth: number): Promise<string[]> {
  const found: string[] = []
  for (const folder of await gitFolders(workspace, '', depth)) {
    for (const name of ['config', 'config.worktree'])
      found.push(...(await filesBelow(workspace, `${folder}/${name}`)))
    for (const name of ['modules', 'worktrees'])
      for (const path of await filesBelow(workspace, `${folder}/${name}`))
        if (/\/config(\.worktree)?$/.test(path) && !/\/(objects|refs|logs)\//.test(path)) found.push(path)
  }
  return found
}

/** The git folders of a tree: the workspace's own, and those of checkouts in it (`path` of actions/checkout). */
async function gitFolders(workspace: string, path: string, depth: number): Promise<string[]> {
  const found: string[] = []
  const full = path === '' ? workspace : systemPath(workspace, path)
  for (const entry of await readdir(full, { encoding: 'buffer', withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    const name = entry.name.toString('latin1')
    const inner = path === '' ? name : `${path}/${name}`
    if (name === '.git') found.push(inner)
    else if (depth > 0) found.push(...(await gitFolders(workspace, inner, depth - 1)))
  }
  return found
}

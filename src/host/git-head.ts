import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { type GitFolders, smallFile } from './git-folders.ts'

const COMMIT = /^([0-9a-f]{40}|[0-9a-f]{64})\n?$/
/** As git has them: no part of its name begins with a full stop. */
const BRANCH = /^ref: (refs\/heads(?:\/(?!\.)[\w.-]+)+)\n?$/

/**
 * The commit that HEAD names, where two small files say it: HEAD itself, or that of its branch. Null when git has to
 * be asked: the branch is packed with others, there is none yet, or references are kept in another form. Whether the
 * commit is there is not looked at.
 */
export async function plainHead({ own, common }: GitFolders): Promise<string | null> {
  const head = (await smallFile(join(own, 'HEAD'))) ?? ''
  const [, branch] = BRANCH.exec(head) ?? []
  const named = branch === undefined ? head : await plainFile(common, branch)
  return COMMIT.exec(named)?.[1] ?? null
}

/** The text of a file of a folder that no link leads to; empty when there is none. */
async function plainFile(folder: string, name: string): Promise<string> {
  const path = join(folder, name)
  try {
    if ((await realpath(path)) !== join(await realpath(folder), name)) return ''
  } catch {
    return ''
  }
  return (await smallFile(path)) ?? ''
}

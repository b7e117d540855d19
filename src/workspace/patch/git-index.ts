import type { GitBounds } from '../../host/git.ts'
import type { View } from '../../host/git-view.ts'

/** An entry of a repository's index. */
interface IndexEntry {
  readonly mode: string
  /** The blob, or the commit of a submodule. */
  readonly id: string
  /** True when a sparse checkout leaves the file out of the working tree. */
  readonly isSkipped: boolean
}

/** Git's mode of a submodule's commit, which is in the submodule's own repository. */
export const SUBMODULE = '160000'

/** The index of a repository: its paths are bytes, one a character (latin1). What is not merged is not in it. */
export type GitIndex = ReadonlyMap<string, IndexEntry>

/**
 * Reads the index of a repository.
 * @throws GitError
 */
export async function readIndex(view: View, bounds: GitBounds = {}): Promise<GitIndex> {
  const text = await view.git(['ls-files', '--stage', '-t', '-z'], { ...bounds, encoding: 'latin1' })
  return new Map(
    text.split('\0').flatMap((line): [string, IndexEntry][] => {
      const [, tag, mode = '', id = '', path = ''] = /^(\S) (\d+) ([0-9a-f]+) 0\t(.+)$/s.exec(line) ?? []
      return path === '' ? [] : [[path, { mode, id, isSkipped: tag === 'S' }]]
    }),
  )
}

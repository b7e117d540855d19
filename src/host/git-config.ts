import { type GitBounds, GitError, git, statInRepository } from './git.ts'

/** One setting of a git configuration, as `git config --list -z` prints it. */
export interface GitSetting {
  /** In git's normal form: section and name in lower case. */
  readonly key: string
  /** Null when there is a name alone, which stands for true. */
  readonly value: string | null
}

/**
 * The settings of a configuration file and of none that it includes, bytes as characters (latin1); none when there
 * is no such file.
 * @throws GitError when it is no file, or git cannot read it
 */
export async function readConfig(path: string, bounds: GitBounds = {}): Promise<GitSetting[]> {
  const found = await statInRepository(path)
  if (found === null) return []
  if (!found.isFile()) throw new GitError(`${path} is not a file`)
  const args = ['config', '--file', path, '--no-includes', '--list', '-z']
  return parseSettings(await git(null, args, { ...bounds, encoding: 'latin1' }))
}

/** Parses `git config --list -z`: `key\nvalue\0` for each setting. */
export function parseSettings(text: string): GitSetting[] {
  return text
    .split('\0')
    .filter((one) => one !== '')
    .map((one) => {
      const end = one.indexOf('\n')
      return end < 0 ? { key: one, value: null } : { key: one.slice(0, end), value: one.slice(end + 1) }
    })
}

/** Settings as the text of a configuration file. */
export function formatSettings(settings: readonly GitSetting[]): string {
  return settings
    .map(
      ({ key, value }) =>
        `${sectionOf(key)}\n\t${nameOf(key)}${value === null ? '' : ` = ${quote(value)}`}\n`,
    )
    .join('')
}

function sectionOf(key: string): string {
  const parts = key.split('.')
  const subsection = parts.slice(1, -1).join('.')
  const escaped = subsection.replaceAll('\\', '\\\\').replaceAll('"', '\\"')
  return subsection === '' ? `[${parts[0]}]` : `[${parts[0]} "${escaped}"]`
}

const nameOf = (key: string): string => key.slice(key.lastIndexOf('.') + 1)

const quote = (value: string): string =>
  `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`

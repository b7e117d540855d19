import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import path from 'node:path'

/** Files and links of a tree by path (bytes, one a character), each with all that a patch keeps of it. */
export type Manifest = ReadonlyMap<string, string>

/** What is in a folder as git sees it: contents, links' targets, exec bits; no empty folders, no git folder. */
export function manifest(folder: string): Manifest {
  const found = new Map<string, string>()
  const visit = (relative: string): void => {
    const full = bytesOf(folder, relative)
    for (const name of readdirSync(full, 'buffer')) {
      const below = relative === '' ? name.toString('latin1') : `${relative}/${name.toString('latin1')}`
      if (below.split('/').includes('.git')) continue
      const file = bytesOf(folder, below)
      const state = lstatSync(file)
      if (state.isDirectory()) visit(below)
      else if (state.isSymbolicLink())
        found.set(below, `link ${readlinkSync(file, 'buffer').toString('latin1')}`)
      else if (state.isFile()) found.set(below, `${state.mode & 0o100 ? 'x' : '-'} ${hash(file)}`)
    }
  }
  visit('')
  return found
}

const bytesOf = (folder: string, relative: string): Buffer =>
  Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(relative, 'latin1')])

const hash = (file: Buffer): string => createHash('sha256').update(readFileSync(file)).digest('hex')

/** The part of a manifest below a folder. */
export function below(tree: Manifest, folder: string): Manifest {
  const prefix = `${folder}/`
  return new Map(
    [...tree].flatMap(([name, state]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), state]] : [],
    ),
  )
}

/** Everything that there is to know of a tree, its git folder and all times but that of access included. */
export function fingerprint(folder: string): string {
  return bash(
    `find . -printf '%p %y %m %U %G %n %s %T@ %C@ %l\\0' | sort -z | tr '\\0' '\\n'; find . -type f -print0 | sort -z | xargs -0 -r sha256sum`,
    folder,
  )
}

/** Runs a script of bash to its end; throws with its output where it fails. */
export function bash(script: string, cwd: string): string {
  return execFileSync('bash', ['-euo', 'pipefail', '-c', script], {
    cwd,
    encoding: 'latin1',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1024 * 1024 * 1024,
    env: { ...process.env, ...GIT_IDENTITY, ...NO_UPKEEP },
  })
}

const GIT_IDENTITY = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
}

/**
 * Since git 2.47 a commit's upkeep goes on when the commit is done: its lock would come and go while the repository
 * is copied or compared.
 */
const NO_UPKEEP = {
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'maintenance.auto',
  GIT_CONFIG_VALUE_0: 'false',
}

/** A copy of a tree, all of it, beside it. */
export function copyOf(folder: string): string {
  const copy = mkdtempSync(path.join(path.dirname(folder), 'copy-'))
  bash(`cp -a -- "${folder}/." "${copy}"`, folder)
  return copy
}

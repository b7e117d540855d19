import { copyFile, mkdir, readdir, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { lstatIfThere } from '../../host/files.ts'
import { git } from '../../host/git.ts'
import type { View } from '../../host/git-view.ts'
import { readSmall } from '../../host/read-file.ts'
import { SUBMODULE } from '../patch/git-index.ts'

/** What git keeps of an operation that has not ended: a merge, a rebase, a pick, a search by bisection. */
const STATE_FILES =
  /^(MERGE_(HEAD|MSG|MODE|RR|AUTOSTASH)|AUTO_MERGE|SQUASH_MSG|(CHERRY_PICK|REVERT|REBASE|BISECT|ORIG)_HEAD|BISECT_(LOG|START|TERMS|NAMES|EXPECTED_REV|ANCESTORS_OK|FIRST_PARENT|RUN))$/
const STATE_FOLDERS = ['rebase-merge', 'rebase-apply', 'sequencer']
/** What a split index builds on; git removes those that it has not used for two weeks. */
const SHARED_INDEX = /^sharedindex\.[0-9a-f]{40,64}$/
const MOST_SHARED = 64
/** No such file is longer, but for patches of a rebase, which name no objects. */
const LONGEST = 1024 * 1024
/** No operation has more; a folder of that name may be anything. */
const MOST_FILES = 2_000

/**
 * Gives a clone the index of its checkout, and the state of an operation that has not ended, with the objects that
 * no branch leads to: what is staged, and the commits of a merge.
 * @throws GitError
 */
export async function copyState(
  checkout: View,
  own: string,
  clone: string,
  signal: AbortSignal,
): Promise<void> {
  const names = await readdir(own)
  const shared = names.filter((name) => SHARED_INDEX.test(name)).slice(0, MOST_SHARED)
  for (const name of ['index', ...shared]) await copyGitFile(own, clone, name)
  const state = names.filter((name) => STATE_FILES.test(name))
  for (const folder of STATE_FOLDERS) state.push(...(await filesIn(own, folder)))
  const named = new Set<string>()
  for (const name of state.slice(0, MOST_FILES)) {
    await copyGitFile(own, clone, name)
    const text = (await readSmall(join(own, name), LONGEST))?.toString('latin1') ?? ''
    for (const [id] of text.matchAll(/\b([0-9a-f]{64}|[0-9a-f]{40})\b/g)) named.add(id)
  }
  await copyObjects(checkout, clone, named, signal)
}

/** Copies a file of a git folder to the clone's. Nothing there is fine, and so is a link: it could lead anywhere. */
export async function copyGitFile(folder: string, clone: string, name: string): Promise<void> {
  const source = join(folder, name)
  const found = await lstatIfThere(source)
  if (!found?.isFile()) return
  const target = join(clone, '.git', name)
  await mkdir(dirname(target), { recursive: true })
  await copyFile(source, target)
  // By the time of the index git knows which files may have changed just after it was written.
  await utimes(target, found.atime, found.mtime)
}

/** The regular files of a folder, below which no links are followed; none when there is no such folder. */
async function filesIn(own: string, folder: string): Promise<string[]> {
  if (!(await lstatIfThere(join(own, folder)))?.isDirectory()) return []
  const entries = await readdir(join(own, folder), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(own.length + 1))
}

/** Objects that the index or an operation names and the clone has not fetched, with all that they build on. */
async function copyObjects(
  checkout: View,
  clone: string,
  named: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<void> {
  const staged = await checkout.git(['ls-files', '--stage', '-z'], { signal, encoding: 'latin1' })
  const ids = new Set(named)
  for (const entry of staged.split('\0')) {
    const [mode, id] = entry.split(' ')
    if (id !== undefined && mode !== SUBMODULE) ids.add(id)
  }
  const there = { gitDir: join(clone, '.git') }
  const lacking = await known(ids, 'missing', (args, input) => git(there, args, { signal, input }))
  const found = await known(lacking, 'there', (args, input) => checkout.git(args, { signal, input }))
  if (found.length === 0) return
  const pack = ['pack-objects', '--revs', '--quiet', join(there.gitDir, 'objects', 'pack', 'pack')]
  const without = (
    await checkout.git(['rev-parse', '--verify', '--quiet', 'HEAD'], { signal, answers: [0, 1] })
  ).trim()
  const input = [...found, ...(without === '' ? [] : [`^${without}`]), ''].join('\n')
  await checkout.git(pack, { signal, input: Buffer.from(input) })
}

/** Those of the objects that a repository has, or that it lacks. */
async function known(
  ids: Iterable<string>,
  wanted: 'there' | 'missing',
  ask: (args: readonly string[], input: Buffer) => Promise<string>,
): Promise<string[]> {
  const list = [...ids]
  if (list.length === 0) return []
  const answer = await ask(['cat-file', '--batch-check'], Buffer.from(`${list.join('\n')}\n`))
  const missing = new Set(
    answer.split('\n').flatMap((line) => (line.endsWith(' missing') ? [line.split(' ')[0] ?? ''] : [])),
  )
  return list.filter((id) => missing.has(id) === (wanted === 'missing'))
}

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { gitFoldersOf } from '../host/git-folders.ts'
import type { View } from '../host/git-view.ts'
import { chunksOf, contentSize, lookAt, stateOf } from './changes.ts'
import { isReadable, withRepository } from './repository.ts'

/** A clock that runs well is corrected by less. */
const CORRECTION_MS = 1_000

/**
 * Whether the times of a checkout's files say nothing of what changed after `since`: the clock was set while this
 * process ran, or between the checkout, which wrote its index last, and its start.
 */
export async function areTimesDoubtful(workspace: string, since: Date): Promise<boolean> {
  const expected = performance.timeOrigin + performance.now()
  if (Math.abs(Date.now() - expected) > CORRECTION_MS) return true
  const folders = await gitFoldersOf(workspace)
  const index = folders && (await lookAt(join(folders.own, 'index')))
  return index !== null && index.ctime > since
}

/** Those of the paths that are not as the checkout's index has them. Where git cannot read that, all of them. */
export async function notAsInIndex(
  workspace: string,
  paths: readonly string[],
  scratch: string,
): Promise<string[]> {
  if (paths.length === 0 || !(await isReadable(workspace, scratch))) return [...paths]
  const list = (view: View) => view.git(['ls-files', '--stage', '-z'], { encoding: 'latin1' })
  const listed = await withRepository(workspace, list, { scratch })
  const blobs = new Map(listed.split('\0').map(blobOf))
  const others: string[] = []
  for (const path of paths) {
    const blob = blobs.get(path)
    if (blob === undefined || blob !== (await currentBlob(workspace, path, blob))) others.push(path)
  }
  return others
}

/** A line of `git ls-files --stage`: path, and mode with object. */
function blobOf(line: string): [string, string] {
  const tab = line.indexOf('\t')
  const [mode = '', object = ''] = line.slice(0, tab).split(' ')
  return [line.slice(tab + 1), `${mode} ${object}`]
}

/** What a path holds now, in the form of {@link blobOf}, by the kind of hash that `like` has. */
async function currentBlob(workspace: string, path: string, like: string): Promise<string | null> {
  const state = await stateOf(workspace, path)
  if (state === null) return null
  const hash = createHash(like.length > SHA1_LENGTH ? 'sha256' : 'sha1')
  hash.update(`blob ${await contentSize(state)}\0`)
  for await (const chunk of chunksOf(state)) hash.update(chunk)
  return `${state.mode} ${hash.digest('hex')}`
}

/** Six digits of mode, a blank, forty of object. */
const SHA1_LENGTH = 47

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type GitBounds, GitError, git, type Repository } from '../../host/git.ts'
import { chunksOf, type FileState } from '../changes.ts'
import { type Form, layOut } from './attributes.ts'
import { type GitIndex, readIndex } from './git-index.ts'
import { type Forms, isFile, named, type Side, type Sides, type StoredRequest } from './stored-forms.ts'

/** Lets git itself store the files of one side whose form may differ. */
export async function convert(
  request: StoredRequest,
  side: Side,
  sides: Sides,
  settings: readonly string[],
  stored: Forms,
): Promise<void> {
  const { changes, baseline, repository, index, scratch, bounds } = request
  const workTree = join(scratch, side)
  const found = new Map<string, FileState>()
  const paths = side === 'before' ? [...changes.written.keys(), ...changes.deleted] : changes.written.keys()
  for (const path of paths) {
    const state = side === 'before' ? await baseline(path) : changes.written.get(path)
    const form = sides[side].get(path)
    if (!isFile(state) || !form || stored[side].has(path) || !(await isConverted(form, state))) continue
    await layOut(workTree, path, state)
    found.set(path, state)
  }
  if (found.size === 0) return
  const add = (list: Iterable<string>) =>
    addTo({ ...repository, workTree }, [...list], index, settings, bounds)
  const ids = await add(found.keys()).catch(async (error: unknown) => {
    if (!(error instanceof GitError) || bounds.signal?.aborted) throw error
    return addEach(add, found.keys(), stored.warnings)
  })
  for (const [path, id] of ids) stored[side].set(path, { mode: found.get(path)?.mode ?? '100644', id })
}

/** A file that is not in the encoding that its attributes name costs itself alone. */
async function addEach(
  add: (paths: string[]) => Promise<Map<string, string>>,
  paths: Iterable<string>,
  warnings: string[],
): Promise<Map<string, string>> {
  const ids = new Map<string, string>()
  for (const path of paths)
    try {
      for (const [one, id] of await add([path])) ids.set(one, id)
    } catch (error) {
      if (!(error instanceof GitError)) throw error
      warnings.push(
        `In the patch as it is in the working tree: ${named([path])}, which git cannot store as .gitattributes says`,
      )
    }
  return ids
}

/** Line ends can only differ where there is a carriage return. */
async function isConverted({ isText, hasIdent, hasEncoding }: Form, state: FileState): Promise<boolean> {
  if (hasIdent || hasEncoding) return true
  if (!isText) return false
  for await (const chunk of chunksOf(state)) if (chunk.includes(0x0d)) return true
  return false
}

/**
 * The blobs that git makes of files of a working tree. What the index has of them goes with them, for git leaves line
 * ends alone where they were committed so.
 */
async function addTo(
  repository: Repository,
  paths: readonly string[],
  index: GitIndex,
  settings: readonly string[],
  bounds: GitBounds,
): Promise<Map<string, string>> {
  await rm(join(repository.gitDir, 'index'), { force: true })
  const how = { ...bounds, settings: ['core.safecrlf=false', ...settings], encoding: 'latin1' } as const
  const known = paths.flatMap((path) => {
    const entry = index.get(path)
    return entry && /^100/.test(entry.mode) ? [`${entry.mode} ${entry.id} 0\t${path}\0`] : []
  })
  const update = (args: string[], lines: readonly string[]) =>
    git(repository, ['update-index', '-z', ...args], { ...how, input: Buffer.from(lines.join(''), 'latin1') })
  if (known.length > 0) await update(['--index-info'], known)
  await update(
    ['--add', '--stdin'],
    paths.map((path) => `${path}\0`),
  )
  const view = { gitDir: repository.gitDir, git: (args: readonly string[]) => git(repository, args, how) }
  const wanted = new Set(paths)
  return new Map(
    [...(await readIndex(view))].flatMap(([path, { id }]) => (wanted.has(path) ? [[path, id]] : [])),
  )
}

import { isSame } from '../changes.ts'
import { lfsFileOf } from './lfs.ts'
import { type Forms, isFile, named, type Sides, type StoredRequest } from './stored-forms.ts'

/** Files with a filter: those of Git LFS as pointers; of others what is there, for no program is run. */
export async function filterStates(
  { changes, baseline }: StoredRequest,
  sides: Sides,
  { before, after, lfs, warnings }: Forms,
): Promise<void> {
  const unfiltered = new Map<string, string[]>()
  for (const path of new Set([...changes.written.keys(), ...changes.deleted])) {
    const old = before.has(path) ? null : await baseline(path)
    if (isFile(old) && sides.before.get(path)?.filter === 'lfs')
      before.set(path, (await lfsFileOf(old)).pointer)
    const state = changes.written.get(path)
    const filter = sides.after.get(path)?.filter
    if (!isFile(state) || !filter) continue
    if (filter === 'lfs') {
      const { pointer, object } = await lfsFileOf(state)
      after.set(path, pointer)
      // What the task only fetched is where it was fetched from.
      const isKnown = isFile(old) && (await isSame((await lfsFileOf(old)).pointer, pointer))
      if (object !== null && !isKnown) lfs.set(object.id, object.content)
    } else unfiltered.set(filter, [...(unfiltered.get(filter) ?? []), path])
  }
  for (const [filter, paths] of unfiltered)
    warnings.push(
      `The filter ${filter} of .gitattributes is a program and was not run: in the patch as the task left them are ${named(paths)}`,
    )
}

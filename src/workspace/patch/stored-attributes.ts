import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readConfig } from '../../host/git-config.ts'
import { readSmall } from '../../host/read-file.ts'
import { type Form, formsIn, layOut, layOutRules, stateAfter } from './attributes.ts'
import type { Sides, StoredRequest } from './stored-forms.ts'

/** Settings of a checkout that say how lines end, and name no program. */
const LINE_ENDS = { 'core.autocrlf': /^(true|input)$/, 'core.eol': /^(lf|crlf|native)$/ } as const

/** Those settings, as options of git. */
export async function lineEndSettings({ folders, bounds }: StoredRequest): Promise<string[]> {
  const settings = await readConfig(join(folders.common, 'config'), bounds)
  return Object.entries(LINE_ENDS).flatMap(([name, form]) => {
    const value = settings.findLast(({ key }) => key === name)?.value ?? ''
    return form.test(value) ? [`${name}=${value}`] : []
  })
}

const ATTRIBUTES = '.gitattributes'
const LONGEST_ATTRIBUTES = 1024 ** 2

/** What the attributes before and after say; null when there are none. */
export async function formsOfSides(request: StoredRequest, convertsAll: boolean): Promise<Sides | null> {
  const { view, folders, changes, baseline, repository, scratch, bounds } = request
  const paths = [...changes.written.keys(), ...changes.deleted]
  const workTrees = { before: join(scratch, 'before'), after: join(scratch, 'after') }
  await layOutRules(paths, ATTRIBUTES, baseline, workTrees.before)
  await layOutRules(paths, ATTRIBUTES, stateAfter(changes, baseline), workTrees.after)
  // One that is gone would be taken from the index.
  for (const path of changes.deleted)
    if (path === ATTRIBUTES || path.endsWith(`/${ATTRIBUTES}`))
      await layOut(workTrees.after, path, { mode: '100644', content: { bytes: Buffer.alloc(0) } })
  const own = await readSmall(join(folders.common, 'info', 'attributes'), LONGEST_ATTRIBUTES)
  if (own !== null)
    for (const gitDir of [view.gitDir, repository.gitDir]) {
      await mkdir(join(gitDir, 'info'), { recursive: true })
      await writeFile(join(gitDir, 'info', 'attributes'), own)
    }
  const [before, after] = await Promise.all(
    [workTrees.before, workTrees.after].map((folder) => formsIn(view, folder, paths, convertsAll, bounds)),
  )
  const isPlain = (form: Form) => !form.isText && !form.hasIdent && !form.hasEncoding && form.filter === null
  const sides = { before: before ?? new Map(), after: after ?? new Map() }
  return [...sides.before.values(), ...sides.after.values()].every(isPlain) ? null : sides
}

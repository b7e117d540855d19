import { basename } from 'node:path'
import type { RunnerPaths } from '../../github/paths.ts'
import { warning } from '../../github/runner.ts'
import { GitError } from '../../host/git.ts'
import { readEvent } from '../event.ts'
import type { TaskSource } from '../file/source.ts'
import type { PlanInputs } from '../inputs.ts'
import { type Changed, changedFiles } from './changed-files.ts'
import { type Comparison, comparisonOf } from './comparison.ts'
import { pathFilter } from './filter-pattern.ts'
import { type Selection, withoutThose } from './selection.ts'

/** The job that plans. */
interface Job {
  readonly env: NodeJS.ProcessEnv
  readonly paths: RunnerPaths
}

/**
 * The tasks whose `paths` changed, and those that have none. All of them where it cannot be found out what changed: a
 * task too many costs time, one too few hides a failure.
 */
export async function selectByPaths(
  selection: Selection,
  inputs: PlanInputs,
  source: TaskSource,
  job: Job,
): Promise<Selection> {
  if (inputs['changed-only'] === 'false' || !selection.tasks.some(({ paths }) => paths)) return selection
  const changes = await changesOf(inputs, source.folder, job)
  if (typeof changes === 'string') {
    const note = `All tasks run, whatever their paths: ${changes}.`
    if (inputs['changed-only'] === 'true') warning(note, 'Changes unknown')
    return withNote(selection, note)
  }
  return affected(selection, changes, source.file === null ? null : basename(source.file))
}

/** The tasks that what changed is about; a change of the task file itself is about all. */
export function affected(selection: Selection, { paths, prefix }: Changed, file: string | null): Selection {
  const files = paths.filter((path) => !path.endsWith('/')).length
  const count = `${files} changed ${files === 1 ? 'file' : 'files'}`
  if (file !== null && paths.includes(`${prefix}${file}`))
    return withNote(selection, `All tasks run, whatever their paths: the task file is among ${count}.`)
  const chosen = withoutThose(selection, (task) => {
    const { paths: patterns } = task
    if (patterns === undefined || paths.some(pathFilter(patterns))) return null
    // What changed in a submodule is not known: a pattern that names something in it may be about that.
    if (paths.some((path) => path.endsWith('/') && patterns.some(isWithin(path)))) return null
    return 'none of its paths changed'
  })
  return withNote(chosen, `Paths were compared with ${count}.`)
}

/** True of a pattern that begins with a folder's name. */
const isWithin =
  (folder: string) =>
  (pattern: string): boolean =>
    pattern.startsWith(folder)

/** What changed; a text says why that is not known. */
async function changesOf(
  { base, token }: PlanInputs,
  folder: string,
  { env, paths }: Job,
): Promise<Changed | string> {
  const comparison: Comparison | string =
    base === undefined
      ? comparisonOf(env.GITHUB_EVENT_NAME ?? '', await readEvent(env))
      : { from: base, to: 'HEAD', sinceParting: true }
  if (typeof comparison === 'string') return comparison
  try {
    return await changedFiles(folder, comparison, { token, env, paths })
  } catch (error) {
    if (!(error instanceof GitError)) throw error
    return `git cannot find out what changed since ${comparison.from} (${error.message.split('\n')[0]})`
  }
}

const withNote = (selection: Selection, note: string): Selection => ({
  ...selection,
  notes: [...selection.notes, note],
})

import { posix } from 'node:path'
import { messageOf } from '../../errors.ts'
import { type Budget, OverBudgetError } from '../../host/budget.ts'
import { openRegular } from '../../host/read-file.ts'
import type { Tally } from '../../results/tally.ts'
import { type Changes, chunksOf, inGitFolder, statInside, systemPath } from '../../workspace/changes.ts'
import { type Entry, LeftTree } from '../../workspace/methods/left-tree.ts'
import type { Tests } from '../run-record.ts'
import { findFiles } from './find-files.ts'

/** Where test results are looked for. */
export interface ReportsRequest {
  readonly globs: readonly string[]
  /** The workspace on the runner, and the changes that the task made to its copy of it. */
  readonly workspace: string
  readonly changes: Changes | null
  /** The collected artifacts of the task; null when it has none. */
  readonly artifacts: string | null
  /** How tests name files: where the workspace and the working directory were in the container. */
  readonly container: { readonly workspace: string; readonly workdir: string }
  readonly budget: Budget
}

/** What a task's tests say, and what is to be said of their files. */
export interface ReadReports {
  /** Null when no file matches. */
  readonly tests: Tests | null
  readonly warnings: readonly string[]
}

/** More files than any run has that people read; a task can write a million. */
const MOST_FILES = 1_000
/** How many of them a record names. */
const NAMED_FILES = 100

/**
 * Reads the test results that a task left in its workspace or among its artifacts. A file that was cut off counts as
 * far as it goes, with a warning.
 */
export async function readReports(request: ReportsRequest): Promise<ReadReports> {
  // Most tasks name no reports: the readers are loaded for those that do.
  const [{ Tally }, { readResults }] = await Promise.all([
    import('../../results/tally.ts'),
    import('../../results/read-results.ts'),
  ])
  const tally = new Tally()
  const files: Tests['files'] = []
  try {
    for await (const { name, chunks } of reportFiles(request)) {
      if (files.length === MOST_FILES) break
      files.push({ name, ...(await readResults(chunks(), (test) => tally.add(test))) })
    }
  } catch (error) {
    if (!(error instanceof OverBudgetError)) throw error
    request.budget.exceeded.add(error.limit)
  }
  if (files.length === 0)
    return { tests: null, warnings: [`No file matches reports: ${request.globs.join(', ')}`] }
  const tests = await testsOf(tally, files.slice(0, NAMED_FILES), request)
  return { tests, warnings: warningsOf(files) }
}

interface ReportFile {
  readonly name: string
  chunks(): AsyncIterable<Buffer>
}

async function* reportFiles(request: ReportsRequest): AsyncGenerator<ReportFile> {
  const { workspace, changes, artifacts, budget, globs } = request
  yield* filesIn(await LeftTree.of(workspace, changes), globs, budget)
  if (artifacts !== null) yield* filesIn(await LeftTree.of(artifacts, null), globs, budget)
}

async function* filesIn(
  tree: LeftTree,
  globs: readonly string[],
  budget: Budget,
): AsyncGenerator<ReportFile> {
  for await (const { name, path, entry } of findFiles(tree, globs, budget)) {
    if (entry.kind !== 'file' || inGitFolder(name) || inGitFolder(path)) continue
    const shown = Buffer.from(name, 'latin1').toString()
    yield { name: shown, chunks: () => bounded(bytesOf(entry, systemPath(tree.workspace, path)), budget) }
  }
}

/** What the task wrote, or else what is in the workspace. */
async function* bytesOf({ state }: Extract<Entry, { kind: 'file' }>, from: Buffer): AsyncGenerator<Buffer> {
  if (state !== null) return yield* chunksOf(state)
  const file = await openRegular(from)
  if (file === null) throw new Error('it is no regular file any more')
  try {
    yield* file.createReadStream({ autoClose: false })
  } finally {
    await file.close()
  }
}

/** @throws OverBudgetError when there is no time left */
async function* bounded(chunks: AsyncIterable<Buffer>, budget: Budget): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    budget.requireTime()
    yield chunk
  }
}

async function testsOf(tally: Tally, files: Tests['files'], request: ReportsRequest): Promise<Tests> {
  const { total, passed, failed, skipped, seconds, failures, slowest } = tally
  const placed = failures.map(async ({ place, ...test }) => {
    const file = place === null ? null : await ownFile(place.file, request)
    return { ...test, file, line: file === null ? null : (place?.line ?? null) }
  })
  return { total, passed, failed, skipped, seconds, failures: await Promise.all(placed), slowest, files }
}

/** A file as the checkout has it, of what tests in the container call it; null when it is not there. */
async function ownFile(file: string, { container, workspace }: ReportsRequest): Promise<string | null> {
  const named = file.replace(/^file:\/\//, '').replaceAll('\\', '/')
  for (const folder of [container.workdir, container.workspace]) {
    const path = posix.relative(container.workspace, posix.resolve(folder, named))
    if (path.startsWith('..') || path === '') continue
    // Whatever tests call a file, it costs no more than the link to it.
    const found = await statInside(workspace, Buffer.from(path).toString('latin1')).catch(() => null)
    if (found?.isFile()) return path
  }
  return null
}

function warningsOf(files: Tests['files']): string[] {
  const faulty = files.filter(({ fault }) => fault !== null)
  const named = faulty.slice(0, NAMED_FAULTS).map(({ name, fault }) => `${name} (${fault})`)
  const more = faulty.length > named.length ? ` and ${faulty.length - named.length} more` : ''
  const left =
    files.length === MOST_FILES ? [`Of the files that match reports, ${MOST_FILES} were read.`] : []
  return faulty.length === 0
    ? left
    : [`Test results that are not whole count as far as they go: ${named.join(', ')}${more}`, ...left]
}

const NAMED_FAULTS = 10

/** What could not be read at all, as a warning. */
export const unreadReports = (error: unknown): ReadReports => ({
  tests: null,
  warnings: [`Test results could not be read: ${messageOf(error)}`],
})

import { createHash } from 'node:crypto'
import { mkdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isRefusal } from '../../engine/errors.ts'
import { messageOf, sentence, TaskError } from '../../errors.ts'
import * as runner from '../../github/runner.ts'
import { Budget, OverBudgetError } from '../../host/budget.ts'
import { readWithin } from '../../host/read-within.ts'
import { pinned } from '../../image/derived/derived.ts'
import { ScriptOutput } from '../../image/derived/script-output.ts'
import { RUN_SCRIPT, type SetupFile, setupDockerfile, setupKey } from '../../image/derived/setup.ts'
import type { Image } from '../../image/image.ts'
import type { LabelFacts } from '../../ownership/labels.ts'
import { findFiles } from '../../record/collect/find-files.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import { inGitFolder } from '../../workspace/changes.ts'
import { LeftTree } from '../../workspace/methods/left-tree.ts'
import type { Context } from '../context/context.ts'
import { deriveImage, keepDockerfile, type MadeImage, madeOf } from './derive-image.ts'

/** What a set-up is made from. */
type SetupSpec = Pick<ContainerSpec, 'setupFiles' | 'platform'> & { readonly setup: string }

/**
 * An image with a set-up script's doings as one more layer, made once for an engine (IMX-1).
 * @throws TaskError ACODE-CTN-004 with the script's last lines when it fails, ACODE-CTN-006 when its files cannot be
 *   had
 */
export async function setUpImage(
  context: Context,
  spec: SetupSpec,
  image: Image,
  labels: LabelFacts,
): Promise<MadeImage> {
  const script = spec.setup.replaceAll('\r\n', '\n')
  const files = await readFiles(context, spec.setupFiles)
  const dockerfile = setupDockerfile(image)
  const file = await keepDockerfile(context, 'setup.Dockerfile', dockerfile)
  const output = new ScriptOutput('setup')
  const derived = await deriveImage(context, labels, {
    kind: 'setup',
    key: setupKey(
      script,
      image,
      files.map(({ content: _, ...one }) => one),
      spec.platform,
    ),
    title: `Setting up ${image.reference}`,
    dockerfile,
    context: (folder) => fill(folder, script, files),
    sources: [{ reference: pinned(image.reference, image.digest), id: image.id }],
    platform: spec.platform,
    onLine: (line) => output.take(line),
    failed: (error) => setupError(error, image, output),
    test: async () => ({}),
  })
  const from = [{ image: image.reference, digest: image.digest ?? image.id }]
  return { image: derived.image, made: madeOf('setup', derived, { from, dockerfile: file }) }
}

type ReadFile = SetupFile & { readonly content: Buffer }

/** What a set-up's files may be altogether. */
const MOST = { seconds: 60, bytes: 256 * 1024 * 1024, files: 20_000, depth: 50 }

async function readFiles({ run, signals }: Context, globs: readonly string[]): Promise<ReadFile[]> {
  if (globs.length === 0) return []
  const { workspace } = run.paths
  const tree = await LeftTree.of(workspace, null)
  const budget = new Budget(MOST, signals.cancel)
  const files: ReadFile[] = []
  const matched = new Set<string>()
  try {
    for await (const { name, path, entry } of findFiles(tree, globs, budget, matched)) {
      if (inGitFolder(name) || inGitFolder(path) || entry.kind !== 'file') continue
      const own = Buffer.from(path, 'latin1').toString()
      const at = join(tree.workspace, own)
      const { size, mode } = await stat(at)
      if (!budget.take(path, size)) throw tooMuch(globs, `they are more than ${MOST.bytes / 1024 ** 2} MiB`)
      const content = await readWithin(at, workspace, size + 1)
      const sha256 = createHash('sha256').update(content).digest('hex')
      files.push({ path: Buffer.from(name, 'latin1').toString(), mode: mode & 0o111, sha256, content })
    }
  } catch (error) {
    throw error instanceof TaskError ? error : tooMuch(globs, reasonOf(error))
  }
  const missing = globs.filter((glob) => !matched.has(glob))
  if (missing.length > 0)
    runner.warning(`No file of the workspace matches setup-files: ${missing.join(', ')}`, 'Set-up')
  return files
}

const reasonOf = (error: unknown): string =>
  error instanceof OverBudgetError ? `they are too many (${error.limit})` : messageOf(error)

const tooMuch = (globs: readonly string[], why: string): TaskError =>
  new TaskError(
    'ACODE-CTN-006',
    `The files of setup-files (${globs.join(', ')}) cannot be read: ${sentence(why)} Name the files alone that the script needs.`,
  )

async function fill(folder: string, script: string, files: readonly ReadFile[]): Promise<void> {
  await mkdir(join(folder, 'files'))
  await writeFile(join(folder, 'run'), RUN_SCRIPT)
  await writeFile(join(folder, 'script'), script.endsWith('\n') ? script : `${script}\n`)
  for (const { path, mode, content } of files) {
    const to = join(folder, 'files', path)
    await mkdir(dirname(to), { recursive: true })
    await writeFile(to, content, { mode: 0o644 | mode })
  }
}

function setupError(error: unknown, { reference }: Image, { code, begun, lastLines }: ScriptOutput): unknown {
  if (!isRefusal(error)) return error
  const builders = error.message.split('\n').findLast((line) => line.trim() !== '') ?? ''
  const what =
    begun !== null
      ? `The set-up of ${reference} failed${code === null ? '' : ` with exit code ${code}`}.`
      : `The set-up of ${reference} could not be started: ${sentence(builders.trim())}`
  const last = lastLines === '' ? ' ' : ` Its last lines:\n${lastLines}`
  const advice =
    begun !== null
      ? 'Correct the script (setup), or name the files that it needs (setup-files).'
      : 'The image needs a shell (sh); use one that has it.'
  return new TaskError('ACODE-CTN-004', `${what}${last}${advice}`, { cause: error })
}

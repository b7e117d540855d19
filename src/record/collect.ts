import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Copied, copyFileUntrusted, copyUntrusted, readUntrusted } from '../engine/untrusted.ts'
import { messageOf } from '../errors.ts'
import { type Changes, chunksOf, type FileState, inGitFolder, systemPath } from '../workspace/changes.ts'
import { LeftTree } from '../workspace/left-tree.ts'
import { findFiles } from './find-files.ts'
import { NO_OUTPUTS, readTaskOutputs, type TaskOutputs } from './task-outputs.ts'

/** More than 1 MiB of UTF-16, which GitHub takes of outputs, can be in UTF-8; and a summary of 1 MiB a step. */
const LONGEST_OUTPUT = 1536 * 1024
const LONGEST_SUMMARY = 4 * 1024 * 1024

/** What a task left in its control folder. */
export interface Collected {
  readonly outputs: TaskOutputs
  readonly summary: string
  /** Paths of collected files, relative to the record's artifacts folder. */
  readonly artifacts: readonly string[]
  readonly warnings: readonly string[]
}

/** Where to look: `control(path)` brings one path of the control folder to the runner. */
export interface CollectRequest {
  readonly control: (path: 'output' | 'summary' | 'artifacts') => Promise<string>
  /** The workspace on the runner, the changes that the task made to its copy of it, and the globs below it. */
  readonly workspace: string
  readonly changes: Changes | null
  readonly globs: readonly string[]
  readonly to: string
}

/** Brings outputs, summary and artifacts of an ended task into the record. Nothing here trusts the task. */
export async function collect(request: CollectRequest): Promise<Collected> {
  const warnings: string[] = []
  const [outputPath, summaryPath, artifactsPath] = await Promise.all([
    request.control('output'),
    request.control('summary'),
    request.control('artifacts'),
  ])
  const outputs = parseOutputs(await readUntrusted(outputPath, LONGEST_OUTPUT + 1), warnings)
  const summary = (await readUntrusted(summaryPath, LONGEST_SUMMARY))?.toString('utf8') ?? ''
  const own = await copyUntrusted(artifactsPath, request.to).catch((error: unknown) => {
    warnings.push(`Not all of $ARTIFACT_DIR could be copied: ${messageOf(error)}`)
    return { files: [], left: [] }
  })
  const found = await copyGlobs(request)
  const left = [...own.left, ...found.left]
  if (left.length > 0)
    warnings.push(
      `Left out of the artifacts, being no regular files of the task, or not to be copied: ${left.slice(0, 10).join(', ')}${left.length > 10 ? ` and ${left.length - 10} more` : ''}`,
    )
  if (request.globs.length > 0 && found.files.length === 0)
    warnings.push(`No file of the workspace matches artifacts: ${request.globs.join(', ')}`)
  return { outputs, summary, artifacts: [...new Set([...own.files, ...found.files])].sort(), warnings }
}

function parseOutputs(text: Buffer | null, warnings: string[]): TaskOutputs {
  if (text === null) return NO_OUTPUTS
  if (text.length > LONGEST_OUTPUT) {
    warnings.push(
      'The task wrote more than 1 MiB to $GITHUB_OUTPUT; none of it is passed on. Use a file in $ARTIFACT_DIR.',
    )
    return NO_OUTPUTS
  }
  const outputs = readTaskOutputs(text.toString('utf8'))
  if (outputs.problems.length > 0)
    warnings.push(
      ['Not all outputs of the task are passed on as it wrote them:', ...outputs.problems].join('\n  - '),
    )
  return outputs
}

/** The files that match, as the task left them. What is no file of the workspace is left out and named. */
async function copyGlobs({ workspace, changes, globs, to }: CollectRequest): Promise<Copied> {
  const copied: Copied = { files: [], left: [] }
  if (globs.length === 0) return copied
  const tree = await LeftTree.of(workspace, changes)
  for await (const { name: bytes, path, entry } of findFiles(tree, globs)) {
    // A checkout's git folder may hold its credentials, which no artifact may.
    if (inGitFolder(bytes) || inGitFolder(path)) continue
    const name = Buffer.from(bytes, 'latin1').toString()
    try {
      const isCopied =
        entry.kind === 'file' &&
        (await copyFile(entry.state, systemPath(tree.workspace, path), join(to, name)))
      ;(isCopied ? copied.files : copied.left).push(name)
    } catch (error) {
      copied.left.push(`${name} (${messageOf(error)})`)
    }
  }
  return copied
}

/** Copies what the task wrote, or else what is in the workspace; false where that is no file. */
async function copyFile(state: FileState | null, from: Buffer, to: string): Promise<boolean> {
  if (state === null) return copyFileUntrusted(from, to)
  await mkdir(dirname(to), { recursive: true })
  await pipeline(Readable.from(chunksOf(state)), createWriteStream(to))
  return true
}

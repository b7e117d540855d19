import { createReadStream } from 'node:fs'
import { join, relative } from 'node:path'
import type { Redaction } from '../../streams/redact.ts'
import type { Recorder } from '../recorder.ts'
import type { CollectedFile } from './collect.ts'

/** Reading more than this would cost a task seconds. */
const MOST_BYTES = 1024 ** 3

/** How many of the files that hold secrets a warning names. */
const NAMED = 10

/**
 * A warning that names what of a record holds the task's secrets: its changes, and its artifacts, by name or content.
 * What a task wrote to be kept is kept as it is; that a secret can be read there has to be reported.
 * @returns null when nothing does
 */
export async function leakWarning(
  artifacts: readonly CollectedFile[],
  { redaction, paths }: Pick<Recorder, 'redaction' | 'paths'>,
  signal: AbortSignal,
): Promise<string | null> {
  if (redaction.isEmpty) return null
  const changes = ['changes.patch', 'changes.tar', 'deleted.list', 'commits.bundle']
  const files = [
    ...changes.map((name) => join(paths.base, name)),
    ...artifacts.map(({ file }) => join(paths.artifacts, file)),
  ]
  const held = await filesWithSecrets(files, redaction, signal)
  const named = artifacts.filter((one) => redaction.text(one.name) !== one.name)
  const found = [
    ...held.map((path) => relative(paths.base, path)),
    ...named.map(({ file }) => `the name of artifacts/${file}`),
  ]
  if (found.length === 0) return null
  const others = found.length > NAMED ? ` and ${found.length - NAMED} more` : ''
  return `Secrets of the task are in what it left, and go into the record as they are: ${found.slice(0, NAMED).join(', ')}${others}. Anyone who may read the artifact can read them: replace them, and let the task not write them.`
}

/**
 * Those of the files that hold a secret in any form that is not packed, as far as there is time and `mostBytes` of
 * all of them together.
 */
export async function filesWithSecrets(
  paths: readonly string[],
  redaction: Redaction,
  signal: AbortSignal,
  mostBytes = MOST_BYTES,
): Promise<string[]> {
  const found: string[] = []
  let left = mostBytes
  for (const path of paths) {
    if (left <= 0 || signal.aborted) break
    const { isFound, bytes } = await search(path, redaction, left)
    left -= bytes
    if (isFound) found.push(path)
  }
  return found
}

/** Reads a file up to its first secret. */
async function search(
  path: string,
  redaction: Redaction,
  mostBytes: number,
): Promise<{ isFound: boolean; bytes: number }> {
  const redactor = redaction.stream()
  let bytes = 0
  try {
    for await (const chunk of createReadStream(path, { end: mostBytes - 1 })) {
      bytes += chunk.length
      redactor.push(chunk)
      if (redactor.found) break
    }
  } catch {
    // What cannot be read cannot be uploaded either, and the upload reports it.
  }
  redactor.end()
  return { isFound: redactor.found, bytes }
}

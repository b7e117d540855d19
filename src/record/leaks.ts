import { createReadStream } from 'node:fs'
import type { Redaction } from '../engine/redact.ts'

/** Reading more than this would cost a task seconds. */
const MOST_BYTES = 256 * 1024 * 1024

/**
 * Those of the files that hold a secret in any form that is not packed. What a task wrote to be kept is kept as it is;
 * that somebody may read a secret there has to be said. Of many large files only the first are read.
 */
export async function filesWithSecrets(
  paths: readonly string[],
  redaction: Redaction,
  mostBytes = MOST_BYTES,
): Promise<string[]> {
  if (redaction.isEmpty) return []
  const found: string[] = []
  let left = mostBytes
  for (const path of paths) {
    if (left <= 0) break
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
    // What cannot be read cannot be uploaded either, and that is reported by whoever tries.
  }
  redactor.end()
  return { isFound: redactor.found, bytes }
}

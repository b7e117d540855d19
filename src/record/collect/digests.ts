import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { CollectedFile } from './collect.ts'

/** An artifact and the SHA-256 of its content, in hexadecimal digits. */
interface Digest {
  readonly name: string
  readonly sha256: string
}

/** The digests of artifacts in the record's folder, as many as can be read before `signal` ends the reading. */
export async function digestsOf(
  artifacts: readonly CollectedFile[],
  folder: string,
  signal: AbortSignal,
): Promise<Digest[]> {
  const found: Digest[] = []
  for (const { name, file } of artifacts) {
    if (signal.aborted) break
    const sha256 = await digestOf(join(folder, file), signal)
    if (sha256 !== null) found.push({ name, sha256 })
  }
  return found
}

/** Null when it cannot be read, or not in time. */
async function digestOf(path: string, signal: AbortSignal): Promise<string | null> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash, { signal })
    return hash.digest('hex')
  } catch {
    return null // it cannot be uploaded either, and the upload reports that
  }
}

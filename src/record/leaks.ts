import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { redactor, redactText } from '../container/redact.ts'
import { isErrno } from '../engine/open-folder.ts'
import type { Artifact } from './collect.ts'
import type { Recorder } from './recorder.ts'

/** What is beyond is not searched: a search must end. */
const MOST_SEARCHED = 1024 ** 3

/** How many of the files that hold secrets a warning names. */
const NAMED = 10

/**
 * Warnings that name what of a record holds the task's secrets: its changes, the names of its commits' references,
 * and its artifacts, by name or content. Nothing of it is rewritten: that is for whoever made it.
 */
export async function leaksOf(
  artifacts: readonly Artifact[],
  { secrets, paths }: Pick<Recorder, 'secrets' | 'paths'>,
  signal: AbortSignal,
): Promise<string[]> {
  if (secrets.length === 0) return []
  const search = new LeakSearch(secrets, signal)
  const found: string[] = []
  for (const name of ['changes.patch', 'changes.tar', 'deleted.list', 'commits.bundle'])
    if (await search.inFile(join(paths.base, name))) found.push(name)
  for (const { name, file } of artifacts) {
    if (signal.aborted) break
    if ((await search.inText(name)) || (await search.inText(file)))
      found.push(`the name of artifacts/${redactText(file, secrets)}`)
    else if (await search.inFile(join(paths.artifacts, file))) found.push(`artifacts/${file}`)
  }
  if (found.length === 0) return []
  const others = found.length > NAMED ? ` and ${found.length - NAMED} more` : ''
  return [
    `Secrets of the task are in what it left, and go into the record as they are: ${found.slice(0, NAMED).join(', ')}${others}. Whoever may read the artifact can read them: replace them, and let the task not write them.`,
  ]
}

/** Searches what a task left for its secrets, in every form that the log's redactor knows. */
class LeakSearch {
  readonly #secrets: readonly string[]
  readonly #signal: AbortSignal
  #left = MOST_SEARCHED

  constructor(secrets: readonly string[], signal: AbortSignal) {
    this.#secrets = secrets
    this.#signal = signal
  }

  /** True where a text holds one. */
  inText(text: string): Promise<boolean> {
    return this.#find([Buffer.from(text)])
  }

  /** True where a file holds one, as far as it is searched: all files up to 1 GiB, for as long as there is time. */
  async inFile(path: string): Promise<boolean> {
    if (this.#left <= 0) return false
    try {
      return await this.#find(createReadStream(path, { highWaterMark: 1024 * 1024 }))
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return false
      throw error
    }
  }

  async #find(content: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<boolean> {
    const { push, end } = redactor(this.#secrets)
    let waiting: Buffer = Buffer.alloc(0)
    // What comes out of the redactor other than it went in had a secret in it.
    const differs = (shown: Buffer): boolean => {
      const isSame = waiting.subarray(0, shown.length).equals(shown)
      waiting = waiting.subarray(shown.length)
      return !isSame
    }
    for await (const chunk of content) {
      this.#left -= chunk.length
      waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk])
      if (differs(push(chunk))) return true
      if (this.#left <= 0 || this.#signal.aborted) break
    }
    return differs(end())
  }
}

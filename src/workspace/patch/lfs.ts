import { createHash } from 'node:crypto'
import { chunksOf, contentSize, type FileState } from '../changes.ts'

/** Longer files are no pointers of Git LFS. */
const LONGEST_POINTER = 1024
const POINTER =
  /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:[a-z0-9.-]+ .*\n)*oid sha256:[0-9a-f]{64}\nsize \d+\n$/

/** A file of Git LFS as git stores it, and what lies next to it; null when that is nothing. */
interface LfsFile {
  readonly pointer: FileState
  readonly object: { readonly id: string; readonly content: FileState } | null
}

/**
 * What Git LFS would make of a file: a pointer to its content, unless it is one already, or empty.
 * https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
 */
export async function lfsFileOf(state: FileState): Promise<LfsFile> {
  const size = await contentSize(state)
  if (size === 0 || (size <= LONGEST_POINTER && POINTER.test((await bytesOf(state)).toString('latin1'))))
    return { pointer: state, object: null }
  const hash = createHash('sha256')
  for await (const chunk of chunksOf(state)) hash.update(chunk)
  const id = hash.digest('hex')
  const text = `version https://git-lfs.github.com/spec/v1\noid sha256:${id}\nsize ${size}\n`
  return {
    pointer: { mode: state.mode, content: { bytes: Buffer.from(text) } },
    object: { id, content: state },
  }
}

async function bytesOf(state: FileState): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of chunksOf(state)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Where Git LFS keeps a content, below its folder in a git folder. */
export const lfsPath = (id: string): string => `objects/${id.slice(0, 2)}/${id.slice(2, 4)}/${id}`

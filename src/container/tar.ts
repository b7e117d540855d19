import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { extract, pack } from 'tar-stream'
import { isWithin } from '../engine/files.ts'

/** A folder or file on its way into a container. */
export interface TarEntry {
  readonly name: string
  readonly kind: 'folder' | 'file'
  readonly content?: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/** The entries as one tar archive, for `docker cp - CONTAINER:PATH`. */
export async function packTar(entries: readonly TarEntry[]): Promise<Uint8Array> {
  const archive = pack()
  for (const { name, kind, content, mode, uid, gid } of entries)
    archive.entry({ name, type: kind === 'folder' ? 'directory' : 'file', mode, uid, gid }, content ?? '')
  archive.finalize()
  return buffer(archive)
}

/**
 * Writes the regular files of a tar archive that a task filled. Links, devices and names that lead elsewhere
 * are left out: the archive's content is nobody's whom we trust.
 */
export async function extractFiles(archive: Readable, folder: string): Promise<void> {
  const reader = extract()
  archive.pipe(reader)
  archive.on('error', (error) => reader.destroy(error))
  for await (const entry of reader) {
    const name = normalize(entry.header.name)
    const path = join(folder, name)
    if (entry.header.type === 'file' && path !== folder && isWithin(path, folder) && !name.startsWith('/')) {
      await mkdir(dirname(path), { recursive: true })
      // The archive broke off meanwhile: a pipeline would wait for ever, and the reader throws next.
      if (entry.destroyed) continue
      await pipeline(entry, createWriteStream(path))
    } else {
      entry.resume()
    }
  }
}

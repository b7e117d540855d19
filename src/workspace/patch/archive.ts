import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type TarEntry, writeTar } from '../../formats/tar-writer.ts'
import { type Changes, chunksOf, contentSize } from '../changes.ts'

/** Writes changes outside of a git repository: a tar archive of what is new, and a list of what is gone. */
export async function writeArchive(changes: Changes, tar: string, deletedList: string): Promise<void> {
  await pipeline(Readable.from(writeTar(entriesOf(changes))), createWriteStream(tar))
  await writeFile(
    deletedList,
    Buffer.from([...changes.deleted].map((path) => `${path}\0`).join(''), 'latin1'),
  )
}

async function* entriesOf(changes: Changes): AsyncGenerator<TarEntry> {
  for (const [path, state] of changes.written) {
    const base = { path, uid: 0, gid: 0, mode: state.mode === '100755' ? 0o755 : 0o644 }
    if (state.mode === '120000' && 'bytes' in state.content)
      yield { ...base, type: 'link', target: state.content.bytes.toString('latin1') }
    else yield { ...base, type: 'file', size: await contentSize(state), content: chunksOf(state) }
  }
}

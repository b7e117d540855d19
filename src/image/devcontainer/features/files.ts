import { posix } from 'node:path'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { itemBytes, readTar } from '../../../formats/tar-reader.ts'
import { formatBytes } from '../../../formats/units.ts'

/** A file of a feature, below its folder. */
export interface FeatureFile {
  readonly path: string
  readonly content: Buffer
}

/** What a feature may have altogether, packed or not. */
export const MOST = { bytes: 64 * 1024 * 1024, files: 5_000 }

/** What every feature has: what it is, and what installs it. */
export const METADATA = 'devcontainer-feature.json'
/** The script that installs a feature. */
export const INSTALL = 'install.sh'

/**
 * The files of a feature's archive, a tar with or without gzip. An archive of a feature has files and folders: one with
 * links, devices or names that lead out of it is none.
 * @throws Error that says what is wrong with it
 */
export async function filesOfArchive(archive: Buffer): Promise<FeatureFile[]> {
  const isPacked = archive[0] === 0x1f && archive[1] === 0x8b
  const files = new Map<string, FeatureFile>()
  let entries = 0
  for await (const item of readTar(Readable.from([isPacked ? await unpacked(archive) : archive]))) {
    const path = pathOf(item.path)
    if (item.type !== 'file' && item.type !== 'folder')
      throw new Error(`its archive has ${path}, which is neither file nor folder`)
    if (++entries > MOST.files) throw new Error(`its archive has more than ${MOST.files} entries`)
    if (item.type === 'folder') continue
    if (path === '.') throw new Error(`its archive has ${JSON.stringify(path)}, which is no name of a file`)
    files.set(path, { path, content: await itemBytes(item) })
  }
  for (const path of files.keys()) for (const above of foldersOf(path)) requireFolder(above, files)
  return [...files.values()]
}

async function unpacked(archive: Buffer): Promise<Buffer> {
  try {
    return await promisify(gunzip)(archive, { maxOutputLength: MOST.bytes })
  } catch (error) {
    if (error instanceof RangeError) throw new Error(`its archive has more than ${formatBytes(MOST.bytes)}`)
    throw error
  }
}

/** A name as a path below the feature's folder: `.` for that itself. */
function pathOf(bytes: string): string {
  const name = Buffer.from(bytes, 'latin1').toString()
  if (name.startsWith('/') || name.split('/').includes('..') || name.includes('\0'))
    throw new Error(`its archive has ${JSON.stringify(name)}, which leads out of it`)
  const path = posix.normalize(name).replace(/\/$/, '')
  for (const [part, most] of [...path.split('/').map((one) => [one, 255] as const), [path, 2_000] as const])
    if (Buffer.byteLength(part) > most)
      throw new Error(`its archive has ${part.slice(0, 40)}…, which is longer than ${most} bytes`)
  return path
}

const foldersOf = (path: string): string[] =>
  path.split('/').flatMap((_, at, parts) => (at === 0 ? [] : [parts.slice(0, at).join('/')]))

function requireFolder(path: string, files: ReadonlyMap<string, FeatureFile>): void {
  if (files.has(path)) throw new Error(`its archive has ${path} as a file and as a folder`)
}

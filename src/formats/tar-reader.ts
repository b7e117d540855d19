import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import type { Readable } from 'node:stream'
import type { Budget } from '../host/budget.ts'
import { isWithin } from '../host/files.ts'
import { writeSparse } from '../host/sparse.ts'

/** One entry of a tar archive. Paths are bytes, held one a character (latin1): file names need not be text. */
export interface TarItem {
  readonly path: string
  readonly type: 'file' | 'folder' | 'link' | 'hard-link' | 'character-device' | 'other'
  readonly mode: number
  readonly size: number
  /** When it was last modified, in nanoseconds since 1970. */
  readonly mtimeNs: bigint
  /** Where a link leads. */
  readonly target: string
  /** Major and minor number of a device. */
  readonly device: readonly [number, number]
  /** The content of a file, to be read before the next entry is asked for; what is not read is passed over. */
  readonly content: AsyncIterable<Buffer>
}

const BLOCK = 512
const TYPES: Readonly<Record<string, TarItem['type']>> = {
  '0': 'file',
  '\0': 'file',
  '1': 'hard-link',
  '2': 'link',
  '3': 'character-device',
  '5': 'folder',
}

/**
 * Reads a tar archive as engines write it: ustar with pax records, or GNU long names. Names are kept byte for
 * byte, which libraries that decode them do not do.
 * @throws Error when the archive ends early or is none
 */
export async function* readTar(archive: Readable): AsyncGenerator<TarItem> {
  const bytes = new ByteReader(archive)
  let extended = new Map<string, string>()
  for (;;) {
    const header = await bytes.exactly(BLOCK)
    if (header === null) throw new Error('the tar archive has no mark of its end')
    if (header.every((byte) => byte === 0)) return bytes.drain()
    const field = (from: number, length: number) => header.subarray(from, from + length)
    const size = Number(extended.get('size') ?? number(field(124, 12)))
    const kind = String.fromCharCode(header[156] ?? 0)
    if (kind === 'x' || kind === 'g' || kind === 'L' || kind === 'K') {
      const body = await bytes.padded(size)
      if (kind === 'x') extended = new Map([...extended, ...paxRecords(body)])
      if (kind === 'L') extended.set('path', text(body))
      if (kind === 'K') extended.set('linkpath', text(body))
      continue
    }
    const prefix = text(field(345, 155))
    const name = text(field(0, 100))
    const content = bytes.content(size)
    yield {
      path: (extended.get('path') ?? (prefix === '' ? name : `${prefix}/${name}`)).replace(/\/+$/, ''),
      type: TYPES[kind] ?? 'other',
      mode: number(field(100, 8)) & 0o7777,
      size,
      mtimeNs: nanoseconds(extended.get('mtime')) ?? BigInt(Math.trunc(number(field(136, 12)))) * SECOND,
      target: extended.get('linkpath') ?? text(field(157, 100)),
      device: [number(field(329, 8)), number(field(337, 8))],
      content,
    }
    for await (const _ of content); // what was not read
    await bytes.skipPadding(size)
    extended = new Map()
  }
}

/** The path of an entry without its first part, which is the name of the folder that was asked for. */
export const withoutRoot = (path: string): string => path.split('/').slice(1).join('/')

/** What of an archive is passed over for want of a budget, in bytes, before the rest is given up as well. */
const MOST_SKIPPED = 1024 ** 3

/**
 * The entries of an archive that fit into a budget; the others are left out, and noted. A further name of a file
 * counts like the file: a copy has it once more.
 * @throws OverBudgetError when the archive is not read to its end
 */
export async function* readTarWithin(archive: Readable, budget: Budget): AsyncGenerator<TarItem> {
  const sizes = new Map<string, number>()
  let skipped = 0
  for await (const item of readTar(archive)) {
    const size = item.type === 'hard-link' ? (sizes.get(item.target) ?? 0) : item.size
    if (budget.take(item.path, size)) {
      if (size > 0) sizes.set(item.path, size)
      yield item
      continue
    }
    skipped += item.size
    if (skipped > MOST_SKIPPED) budget.require(item.path, size)
    budget.requireTime()
  }
}

/**
 * Writes what a task left in a folder, from an archive of it, as far as the budget goes. Names that lead elsewhere
 * are left out: the archive's content is not to be trusted. Links come last, so that nothing is written through one;
 * what is neither file nor link stands as a link to {@link NO_FILE}, so that it can be named where the folder is collected.
 * @throws OverBudgetError when the archive is not read to its end
 */
export async function extractFiles(archive: Readable, folder: string, budget: Budget): Promise<void> {
  const files = new Set<string>()
  const folders = new Set<string>()
  const links = new Map<string, string>()
  for await (const item of readTarWithin(archive, budget)) {
    const path = inside(folder, item.path)
    if (path === null) continue
    if (item.type === 'folder') continue
    const first = item.type === 'hard-link' ? inside(folder, item.target) : null
    const above = dirname(path)
    if (!folders.has(above)) await mkdir(Buffer.from(above, 'latin1'), { recursive: true })
    folders.add(above)
    if (item.type === 'file') await writeItem(Buffer.from(path, 'latin1'), item)
    else if (first !== null && files.has(first))
      await copyFile(Buffer.from(first, 'latin1'), Buffer.from(path, 'latin1'))
    else {
      links.set(path, item.type === 'link' ? item.target : NO_FILE)
      continue
    }
    files.add(path)
  }
  for (const [path, target] of links)
    await symlink(Buffer.from(target, 'latin1'), Buffer.from(path, 'latin1')).catch(unlessThere)
}

/** Up to this size a file goes through memory in one piece, which takes half the time of a stream. */
export const IN_MEMORY = 1024 * 1024

/** Writes the content of a file to where it is kept. */
export async function writeItem(path: Buffer, item: TarItem): Promise<void> {
  if (item.size <= IN_MEMORY) await writeFile(path, await itemBytes(item))
  else await writeSparse(path, item.content)
}

/** The content of an entry of an archive, in one piece. */
export async function itemBytes({ content }: TarItem): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of content) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** A name that an archive gives twice is what it was first. */
function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}

/** What a link names that stands for a pipe, socket or device. */
const NO_FILE = 'no-file'

/** A path of an archive as one below a folder; null when it leads elsewhere. */
function inside(folder: string, name: string): string | null {
  const root = Buffer.from(folder).toString('latin1')
  const path = join(root, normalize(name))
  return name.startsWith('/') || path === root || !isWithin(path, root) ? null : path
}

const text = (field: Buffer): string => field.toString('latin1').replace(/\0[\s\S]*$/, '')

/** Octal text, or binary where the first bit is set (GNU, for sizes over 8 GiB). */
function number(field: Buffer): number {
  if ((field[0] ?? 0) & 0x80) return Number(BigInt(`0x${field.subarray(1).toString('hex')}`))
  return Number.parseInt(text(field).trim() || '0', 8)
}

const SECOND = 1_000_000_000n

/** A time of pax, `1700000000.25`, where it is one of after 1970. */
function nanoseconds(text: string | undefined): bigint | null {
  const [, whole, part = ''] = /^(\d{1,12})(?:\.(\d+))?$/.exec(text ?? '') ?? []
  return whole === undefined ? null : BigInt(whole) * SECOND + BigInt(part.slice(0, 9).padEnd(9, '0'))
}

/** Records `LENGTH KEY=VALUE\n`, the length being that of the whole record (POSIX pax). */
function paxRecords(body: Buffer): Map<string, string> {
  const records = new Map<string, string>()
  for (let at = 0; at < body.length; ) {
    const blank = body.indexOf(' ', at)
    const length = Number(body.toString('latin1', at, blank))
    if (blank < 0 || !(length > 0)) break
    const record = body.toString('latin1', blank + 1, at + length - 1)
    const equals = record.indexOf('=')
    records.set(record.slice(0, equals), record.slice(equals + 1))
    at += length
  }
  return records
}

/** Takes bytes from a stream in the portions that a format asks for. */
class ByteReader {
  private readonly chunks: AsyncIterator<Buffer>
  private rest: Buffer = Buffer.alloc(0)

  constructor(stream: Readable) {
    this.chunks = stream[Symbol.asyncIterator]()
  }

  /** So many bytes; null at the end of the stream. */
  async exactly(length: number): Promise<Buffer | null> {
    const parts: Buffer[] = []
    for (let missing = length; missing > 0; ) {
      const part = await this.some(missing)
      if (part === null && parts.length === 0) return null
      if (part === null) throw new Error('the tar archive ends in the middle of an entry')
      parts.push(part)
      missing -= part.length
    }
    return Buffer.concat(parts)
  }

  async padded(size: number): Promise<Buffer> {
    const body = size === 0 ? Buffer.alloc(0) : await this.exactly(size)
    if (body === null) throw new Error('the tar archive ends in the middle of an entry')
    await this.skipPadding(size)
    return body
  }

  async skipPadding(size: number): Promise<void> {
    const padding = (BLOCK - (size % BLOCK)) % BLOCK
    if (padding > 0) await this.exactly(padding)
  }

  /** So many bytes as they come; can be read once. */
  async *content(size: number): AsyncGenerator<Buffer> {
    for (let missing = size; missing > 0; ) {
      const part = await this.some(missing)
      if (part === null) throw new Error('the tar archive ends in the middle of an entry')
      missing -= part.length
      yield part
    }
  }

  /** Reads on to the end, so that the writer of the archive is not cut off. */
  async drain(): Promise<void> {
    while (!(await this.chunks.next()).done);
  }

  private async some(most: number): Promise<Buffer | null> {
    if (this.rest.length === 0) {
      const next = await this.chunks.next()
      if (next.done) return null
      this.rest = next.value
    }
    const part = this.rest.subarray(0, most)
    this.rest = this.rest.subarray(part.length)
    return part
  }
}

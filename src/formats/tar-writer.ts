/** One entry to be written. The path is bytes, one a character (latin1). */
export interface TarEntry {
  readonly path: string
  readonly type: 'file' | 'folder' | 'link' | 'hard-link'
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** When it was last modified, in nanoseconds since 1970; 0 where it does not matter. */
  readonly mtimeNs?: bigint
  /** Where a link leads, as bytes. */
  readonly target?: string
  readonly size?: number
  readonly content?: AsyncIterable<Buffer> | Iterable<Buffer>
}

const BLOCK = 512
const FLAGS = { file: '0', 'hard-link': '1', link: '2', folder: '5' } as const
/** What the octal fields of ustar hold; above, a pax record says it. */
const LARGEST_SIZE = 0o77777777777
const LARGEST_ID = 0o7777777

/**
 * Writes a tar archive (ustar with pax records) entry by entry, names byte for byte. A file that shrinks while
 * it is read is filled with zeros, one that grows is cut, so that the archive stays whole.
 */
export async function* writeTar(
  entries: AsyncIterable<TarEntry> | Iterable<TarEntry>,
): AsyncGenerator<Buffer> {
  for await (const entry of entries) {
    const size = entry.type === 'file' ? (entry.size ?? 0) : 0
    const records = paxRecords(entry, size)
    if (records.length > 0) {
      yield header({ ...entry, path: 'pax', type: 'file' }, records.length, 'x')
      yield padded(records)
    }
    yield header(entry, size, FLAGS[entry.type])
    if (size > 0) yield* body(entry.content ?? [], size)
  }
  yield Buffer.alloc(2 * BLOCK)
}

async function* body(content: NonNullable<TarEntry['content']>, size: number): AsyncGenerator<Buffer> {
  let left = size
  for await (const chunk of content) {
    const part = chunk.subarray(0, left)
    left -= part.length
    if (part.length > 0) yield part
    if (left === 0) break
  }
  for (; left > 0; left -= BLOCK) yield Buffer.alloc(Math.min(left, BLOCK))
  const padding = (BLOCK - (size % BLOCK)) % BLOCK
  if (padding > 0) yield Buffer.alloc(padding)
}

function header(entry: TarEntry, size: number, flag: string): Buffer {
  const block = Buffer.alloc(BLOCK)
  const name = entry.type === 'folder' ? `${entry.path}/` : entry.path
  block.write(name.slice(0, 100), 0, 'latin1')
  const octal = (value: number, at: number, length: number) =>
    block.write(value.toString(8).padStart(length - 1, '0'), at, 'latin1')
  octal(entry.mode & 0o7777, 100, 8)
  octal(Math.min(entry.uid, LARGEST_ID), 108, 8)
  octal(Math.min(entry.gid, LARGEST_ID), 116, 8)
  octal(Math.min(size, LARGEST_SIZE), 124, 12)
  octal(Number(secondsOf(entry)), 136, 12)
  block.write('        ', 148, 'latin1')
  block.write(flag, 156, 'latin1')
  block.write((entry.target ?? '').slice(0, 100), 157, 'latin1')
  block.write('ustar\x0000', 257, 'latin1')
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

/** Whole seconds; of a file of before 1970 or far from now the field holds no more. */
function secondsOf({ mtimeNs = 0n }: TarEntry): bigint {
  const seconds = mtimeNs / SECOND
  return seconds < 0n ? 0n : seconds > BigInt(LARGEST_SIZE) ? BigInt(LARGEST_SIZE) : seconds
}

const SECOND = 1_000_000_000n

function paxRecords(entry: TarEntry, size: number): Buffer {
  const name = entry.type === 'folder' ? `${entry.path}/` : entry.path
  const records: [string, string][] = []
  if (needsPax(name)) records.push(['path', name])
  if (entry.target !== undefined && needsPax(entry.target)) records.push(['linkpath', entry.target])
  if (size > LARGEST_SIZE) records.push(['size', String(size)])
  const fraction = (entry.mtimeNs ?? 0n) % SECOND
  if (fraction > 0n)
    records.push(['mtime', `${secondsOf(entry)}.${String(fraction).padStart(9, '0').replace(/0+$/, '')}`])
  if (entry.uid > LARGEST_ID) records.push(['uid', String(entry.uid)])
  if (entry.gid > LARGEST_ID) records.push(['gid', String(entry.gid)])
  return Buffer.from(records.map(([key, value]) => record(key, value)).join(''), 'latin1')
}

const needsPax = (name: string): boolean => name.length > 100 || /[^\x20-\x7e]/.test(name)

/** `LENGTH KEY=VALUE\n`, where the length counts its own digits. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  let length = rest.length
  while (length !== rest.length + String(length).length) length = rest.length + String(length).length
  return `${length}${rest}`
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)])
}

/**
 * The records of a zip (PKWARE's APPNOTE.TXT, 4.3), with sizes of 64 bits where they are needed. The sums of a file
 * come after it, so that it is written as it is read.
 */

/** A file or a folder in a zip. */
export interface ZipEntry {
  /** Its path, in UTF-8; a folder's ends with a slash. */
  readonly name: Buffer
  /** As the system has it, with the kind of file. */
  readonly mode: number
  readonly mtime: Date
  /** Where its header is in the zip. */
  readonly offset: number
  /** Whether it may be longer than 32 bits say. */
  readonly isLong: boolean
}

/** What is known of a file when it was packed. */
export interface ZipSums {
  readonly crc: number
  readonly size: number
  readonly packed: number
}

/** Of a folder. */
export const NO_SUMS: ZipSums = { crc: 0, size: 0, packed: 0 }

/** The most that 32 bits say; it stands for what is said in 64 elsewhere. */
export const MOST = 0xffff_ffff
const MOST_ENTRIES = 0xffff

/** Made on Unix, by version 6.3 of the format. */
const MADE_BY = (3 << 8) | 63
const ZIP64_ID = 1
const TIME_ID = 0x5455

/** Numbers with how many bytes each takes, the lowest byte first. */
type Fields = readonly (readonly [bytes: 2 | 4 | 8, value: number])[]

/** What comes before an entry's content. */
export function headerOf({ name, mtime, isLong }: ZipEntry): Buffer {
  const isFile = !isFolder(name)
  const later = isLong ? MOST : 0
  const extra = isLong ? zip64([0, 0]) : Buffer.alloc(0)
  const fields: Fields = [
    ...([[4, 0x04034b50], ...kindOf(isFile, isLong), ...dosTime(mtime)] as const),
    ...([
      [4, 0],
      [4, later],
      [4, later],
      [2, name.length],
      [2, extra.length],
    ] as const),
  ]
  return Buffer.concat([packed(fields), name, extra])
}

/** What comes after a file's content. A folder has none. */
export const sumsAfter = ({ isLong }: ZipEntry, { crc, size, packed: short }: ZipSums): Buffer =>
  packed([
    ...([
      [4, 0x08074b50],
      [4, crc],
    ] as const),
    ...([
      [isLong ? 8 : 4, short],
      [isLong ? 8 : 4, size],
    ] as const),
  ])

/** An entry's record in the directory of the zip. */
export function directoryRecord(
  { name, mode, mtime, offset, isLong: mayBe }: ZipEntry,
  sums: ZipSums,
): Buffer {
  const { crc, size, packed: short } = sums
  const isLong = mayBe || [size, short, offset].some((one) => one >= MOST)
  const inShort = (value: number) => (isLong ? MOST : value)
  const extra = Buffer.concat([
    packed([
      [2, TIME_ID],
      [2, 5],
    ]),
    // Which times there are: the last change's; the local header has none.
    Buffer.from([1]),
    packed([[4, Math.floor(mtime.getTime() / 1000)]]),
    isLong ? zip64([size, short, offset]) : Buffer.alloc(0),
  ])
  const fields: Fields = [
    ...([[4, 0x02014b50], [2, MADE_BY], ...kindOf(!isFolder(name), isLong), ...dosTime(mtime)] as const),
    ...([
      [4, crc],
      [4, inShort(short)],
      [4, inShort(size)],
    ] as const),
    ...([
      [2, name.length],
      [2, extra.length],
      [2, 0],
      [2, 0],
      [2, 0],
    ] as const),
    ...([
      [4, ((mode & 0xffff) << 16) >>> 0],
      [4, inShort(offset)],
    ] as const),
  ]
  return Buffer.concat([packed(fields), name, extra])
}

/** The end of a zip, whose directory lies from `start` to `end`. */
export function endingOf(entries: number, start: number, end: number): Buffer {
  const size = end - start
  const short: Fields = [
    ...([
      [4, 0x06054b50],
      [2, 0],
      [2, 0],
    ] as const),
    ...([
      [2, Math.min(entries, MOST_ENTRIES)],
      [2, Math.min(entries, MOST_ENTRIES)],
    ] as const),
    ...([
      [4, Math.min(size, MOST)],
      [4, Math.min(start, MOST)],
      [2, 0],
    ] as const),
  ]
  if (entries < MOST_ENTRIES && size < MOST && start < MOST) return packed(short)
  const long: Fields = [
    ...([
      [4, 0x06064b50],
      [8, 44],
      [2, MADE_BY],
      [2, 45],
      [4, 0],
      [4, 0],
    ] as const),
    ...([
      [8, entries],
      [8, entries],
      [8, size],
      [8, start],
    ] as const),
    ...([
      [4, 0x07064b50],
      [4, 0],
      [8, end],
      [4, 1],
    ] as const),
  ]
  return packed([...long, ...short])
}

const isFolder = (name: Buffer): boolean => name.at(-1) === 0x2f

/** The version that is needed, whether names are UTF-8 and sums come later, and how the content is packed. */
const kindOf = (isFile: boolean, isLong: boolean) =>
  [
    [2, isLong ? 45 : 20],
    [2, isFile ? 0x0808 : 0x0800],
    [2, isFile ? 8 : 0],
  ] as const

const zip64 = (values: readonly number[]): Buffer =>
  packed([[2, ZIP64_ID], [2, values.length * 8], ...values.map((value) => [8, value] as const)])

/** Local time in steps of two seconds, from 1980 on. */
function dosTime(time: Date) {
  const at = time.getFullYear() < 1980 ? new Date(1980, 0, 1) : time
  const date = ((at.getFullYear() - 1980) << 9) | ((at.getMonth() + 1) << 5) | at.getDate()
  return [
    [2, (at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1)],
    [2, date],
  ] as const
}

function packed(fields: Fields): Buffer {
  const bytes = Buffer.alloc(fields.reduce((sum, [length]) => sum + length, 0))
  let at = 0
  for (const [length, value] of fields) {
    bytes.writeUIntLE(value, at, length === 8 ? 6 : length)
    at += length
  }
  return bytes
}

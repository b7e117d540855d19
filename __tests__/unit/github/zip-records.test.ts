import { text } from 'node:stream/consumers'
import { crc32, deflateRawSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { directoryRecord, endingOf, headerOf, sumsAfter } from '../../../src/github/zip-records.ts'
import { zipEntries } from '../../../src/report/artifacts/zip.ts'

const CONTENT = Buffer.from('the end of a log')
const PACKED = deflateRawSync(CONTENT)
const SUMS = { crc: crc32(CONTENT), size: CONTENT.length, packed: PACKED.length }
const GIB = 2 ** 30

/** A zip whose one file begins after so many bytes that nobody reads. */
function zipWith(offset: number, isLong: boolean) {
  const mtime = new Date('2026-01-02T03:04:06Z')
  const entry = { name: Buffer.from('käse'), mode: 0o100644, mtime, offset, isLong }
  const file = Buffer.concat([headerOf(entry), PACKED, sumsAfter(entry, SUMS)])
  const directory = directoryRecord(entry, SUMS)
  const start = offset + file.length
  const rest = Buffer.concat([file, directory, endingOf(1, start, start + directory.length)])
  return {
    size: offset + rest.length,
    read: async (from: number, to: number) => {
      const unread = Buffer.alloc(Math.max(0, Math.min(to, offset) - from))
      return Buffer.concat([unread, rest.subarray(Math.max(0, from - offset), Math.max(0, to - offset))])
    },
  }
}

it.each([
  ['short', 0, false],
  ['that may be long', 0, true],
  ['before 4 GiB', 4 * GIB - 2, false],
  ['at 4 GiB', 4 * GIB - 1, false],
  ['far behind 4 GiB', 300 * GIB, false],
])('a file %s is found in a zip, and read', async (_, offset, isLong) => {
  const entries = await zipEntries(zipWith(offset, isLong), () => true)
  expect(entries).toMatchObject([{ path: 'käse', bytes: CONTENT.length }])
  for (const entry of entries) expect(await text(await entry.open())).toBe(CONTENT.toString())
})

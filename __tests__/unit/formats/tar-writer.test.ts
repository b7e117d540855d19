import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { extract } from 'tar-stream'
import { describe, expect, it } from 'vitest'
import { type TarEntry, writeTar } from '../../../src/formats/tar-writer.ts'

const entry = (mtimeNs?: bigint): TarEntry => ({
  ...{ path: 'a', type: 'file', mode: 0o644, uid: 1, gid: 1, size: 0 },
  ...(mtimeNs === undefined ? {} : { mtimeNs }),
})

describe('writeTar: times of files (FID-3)', () => {
  it.each([
    ['none', undefined, 0, undefined],
    ['whole seconds', 1_600_000_000n * 10n ** 9n, 1_600_000_000, undefined],
    ['a fraction', 1_600_000_000_250_000_001n, 1_600_000_000, '1600000000.250000001'],
    ['a short fraction', 1_600_000_000_500_000_000n, 1_600_000_000, '1600000000.5'],
    ['before 1970', -5n * 10n ** 9n, 0, undefined],
    ['after the year 2242', 9_999_999_999n * 10n ** 9n, 0o77777777777, undefined],
  ])('%s', async (_, mtimeNs, seconds, exact) => {
    const bytes = await buffer(Readable.from(writeTar([entry(mtimeNs)])))
    expect(Number.parseInt(headerOf(bytes).toString('latin1', 136, 147), 8)).toBe(seconds)
    const times: unknown[] = []
    const reader = extract()
    reader.on('entry', (header, stream, next) => {
      times.push(header.pax ? Reflect.get(header.pax, 'mtime') : undefined)
      stream.resume()
      next()
    })
    await pipeline(Readable.from([bytes]), reader)
    expect(times).toEqual([exact])
  })
})

/** The header of the file itself, behind that of its pax records. */
const headerOf = (bytes: Buffer): Buffer =>
  bytes.toString('latin1', 156, 157) === 'x' ? bytes.subarray(1024) : bytes

import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { strFromU8, unzipSync } from 'fflate'
import { afterAll, describe, expect, it } from 'vitest'
import archiver from '../../../src/github/zip-writer.ts'

const folder = mkdtempSync(join(tmpdir(), 'acode-zip-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function written(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

describe('the archive of an artifact', () => {
  it('has files and folders in the order and by the names that were given', async () => {
    const zip = archiver.create('zip', { zlib: { level: 6 } })
    zip.file(written('a', 'one'), { name: '/logs/käse 1.log' })
    zip.append('', { name: '/empty' })
    zip.file(written('b', ''), { name: 'b' })
    const target = new PassThrough()
    zip.pipe(target)
    zip.finalize()
    const files = unzipSync(await buffer(target))
    expect(Object.entries(files).map(([name, bytes]) => [name, strFromU8(bytes)])).toEqual([
      ['logs/käse 1.log', 'one'],
      ['empty/', ''],
      ['b', ''],
    ])
  })

  it.each(['1900-01-01', '1960-01-01', '2030-01-01', '2200-01-01'])(
    'takes a file of whatever time: %s',
    async (date) => {
      const path = written(date, 'dated')
      utimesSync(path, new Date(date), new Date(date))
      const zip = archiver.create('zip', { zlib: { level: 6 } })
      zip.file(path, { name: 'dated' })
      const target = new PassThrough()
      zip.pipe(target)
      zip.finalize()
      expect(Object.keys(unzipSync(await buffer(target)))).toEqual(['dated'])
    },
  )

  it('packs by the level that is asked for', async () => {
    const path = written('long', 'x'.repeat(100_000))
    const sizeAt = async (level: number) => {
      const zip = archiver.create('zip', { zlib: { level } })
      zip.file(path, { name: 'long' })
      const target = new PassThrough()
      zip.pipe(target)
      zip.finalize()
      return (await buffer(target)).length
    }
    expect(await sizeAt(0)).toBeGreaterThan(100_000)
    expect(await sizeAt(6)).toBeLessThan(1_000)
  })

  it('is without a file that is gone meanwhile, and warns of it', async () => {
    const zip = archiver.create('zip', { zlib: { level: 6 } })
    const warnings: unknown[] = []
    zip.on('warning', (warning) => warnings.push(warning))
    zip.file(join(folder, 'gone'), { name: 'gone' })
    zip.file(written('c', 'still there'), { name: 'c' })
    const target = new PassThrough()
    zip.pipe(target)
    zip.finalize()
    expect(Object.keys(unzipSync(await buffer(target)))).toEqual(['c'])
    expect(warnings).toEqual([expect.objectContaining({ code: 'ENOENT' })])
  })

  it('fails as a whole where a file cannot be read', async () => {
    const path = join(folder, 'no-file')
    mkdirSync(path) // what is listed as a file, and is none when its turn comes
    const zip = archiver.create('zip', { zlib: { level: 6 } })
    zip.file(path, { name: 'no-file' })
    const target = new PassThrough()
    zip.pipe(target)
    const failing = once(target, 'error')
    zip.finalize()
    expect(await failing).toEqual([expect.objectContaining({ code: 'EISDIR' })])
  })

  it('refuses a name that leads out of it', async () => {
    const zip = archiver.create('zip', { zlib: { level: 6 } })
    zip.file(written('d', ''), { name: '../d' })
    const target = new PassThrough()
    zip.pipe(target)
    zip.finalize()
    await new Promise(setImmediate)
    await expect(buffer(target)).rejects.toThrow('relative')
  })
})

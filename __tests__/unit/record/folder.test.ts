import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { processIdentity } from '../../../src/host/identity.ts'
import {
  giveToRunner,
  makeRunFolder,
  newRunFolder,
  privateFolders,
  type RunFolder,
  recordPaths,
  runFolderAt,
  writeRecord,
} from '../../../src/record/folder.ts'
import { readRecord } from '../../../src/record/read-record.ts'
import { failureOf } from '../../support/failures.ts'
import { RECORD } from '../../support/record.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe('recordPaths (RUN-8)', () => {
  it.each(['container', 'a/b'])('is what the interface says, below %s', (subdir) => {
    const base = `/t/record/${subdir}`
    expect(recordPaths(runFolderAt('/t'), subdir)).toEqual({
      base,
      run: `${base}/metadata/run.json`,
      events: `${base}/metadata/events.jsonl`,
      log: `${base}/logs/runner.log`,
      serviceLogs: `${base}/logs/services`,
      artifacts: `${base}/artifacts`,
    })
  })
})

describe('makeRunFolder (CTN-4, RUN-8)', () => {
  const make = async (folder: RunFolder) =>
    makeRunFolder(folder, recordPaths(folder, 'container'), processIdentity())

  it('gives two tries of one task their own folders, with a part for the runner’s user alone', async () => {
    const temp = temporaryFolder()
    const [one, two] = [newRunFolder(temp, 'acode-s-t'), newRunFolder(temp, 'acode-s-t')]
    for (const folder of [one, two]) await make(folder)
    expect(one.root).not.toBe(two.root)
    expect(one.root.startsWith(join(temp, 'acode-s-t-'))).toBe(true)
    expect(statSync(one.private).mode & 0o777).toBe(0o700)
    expect(runFolderAt(one.root)).toEqual(one)
  })

  it('makes the folders of the record', async () => {
    const folder = newRunFolder(temporaryFolder(), 'x')
    await make(folder)
    const paths = recordPaths(folder, 'container')
    for (const path of [paths.run, paths.events, paths.log]) expect(existsSync(join(path, '..'))).toBe(true)
  })

  it('says so where nothing can be written', async () => {
    const temp = join(temporaryFolder(), 'temp')
    writeFileSync(temp, 'a file in its place')
    const failure = await failureOf(() => make(newRunFolder(temp, 'x')))
    expect(failure.code).toBe('ACODE-CTN-013')
    expect(failure.message).toMatch(/Nothing was started\..*RUNNER_TEMP/)
  })
})

describe('privateFolders (CTN-11, RNR-5)', () => {
  it('are those of our user’s runs; links and what else is there are passed by', async () => {
    const temp = temporaryFolder()
    const folder = newRunFolder(temp, 'acode-s-t')
    await makeRunFolder(folder, recordPaths(folder, 'container'), processIdentity())
    mkdirSync(join(temp, 'elsewhere/private'), { recursive: true })
    writeFileSync(join(temp, 'elsewhere/private/owner.json'), JSON.stringify(processIdentity()))
    symlinkSync('elsewhere', join(temp, 'acode-s-link-00000000'))
    mkdirSync(join(temp, 'acode-s-half-00000000'))
    symlinkSync('../elsewhere/private', join(temp, 'acode-s-half-00000000/private'))
    mkdirSync(join(temp, 'acode'), { mode: 0 })
    const found = await privateFolders(temp)
    expect(found.map(({ folder }) => folder)).toEqual([folder.private])
    expect(JSON.parse(found[0]?.owner ?? '')).toEqual(processIdentity())
    expect(Math.abs((found[0]?.created ?? 0) - Date.now() / 1000)).toBeLessThan(60)
  })
})

describe.runIf(process.geteuid?.() === 0)('giveToRunner (RNR-5)', () => {
  it('lets the runner’s user delete what root left in its temporary folder, and follows no link', async () => {
    const temp = temporaryFolder()
    chownSync(temp, 4321, 4321)
    const folder = newRunFolder(temp, 'acode-s-t')
    await makeRunFolder(folder, recordPaths(folder, 'container'), processIdentity())
    const elsewhere = join(temporaryFolder(), 'file')
    writeFileSync(elsewhere, '')
    symlinkSync(elsewhere, join(folder.record, 'link'))
    await giveToRunner(folder)
    for (const path of [folder.root, folder.private, join(folder.record, 'link')])
      expect(lstatSync(path).uid).toBe(4321)
    expect(lstatSync(elsewhere).uid).toBe(0)
  })
})

describe('writeRecord and readRecord', () => {
  it('read back what was written, and leave no other file', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'run.json')
    await writeRecord(path, RECORD)
    await writeRecord(path, { ...RECORD, status: 'succeeded', error: null })
    expect((await readRecord(path)).record).toEqual({ ...RECORD, status: 'succeeded', error: null })
    expect(readFileSync(path, 'utf8').endsWith('}\n')).toBe(true)
    expect(readdirSync(folder)).toEqual(['run.json'])
  })

  it.each(['', '{', '{}', 'null', '[]', '{"schemaVersion": 2}'])('take %j for no record', async (text) => {
    const path = join(temporaryFolder(), 'run.json')
    writeFileSync(path, text)
    expect(await readRecord(path)).toEqual({ record: null, fault: expect.stringMatching(/./) })
  })

  it('distinguish nothing at all from what cannot be read', async () => {
    const path = join(temporaryFolder(), 'run.json')
    expect(await readRecord(path)).toEqual({ record: null, fault: null })
    mkdirSync(path)
    expect(await readRecord(path)).toEqual({ record: null, fault: expect.stringContaining('EISDIR') })
  })
})

import { chmodSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { processIdentity } from '../../../src/host/identity.ts'
import { SharedNotes } from '../../../src/ownership/shared-notes.ts'
import { whileLocked } from '../../support/locked-folder.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const OWNER = processIdentity()
const SHARED = {
  uid: 1001,
  gid: 127,
  inside: { uid: 1001, gid: 127 },
  since: 1_700_000_000_000,
  folders: [{ target: '/w', folder: '/home/runner/_work/r/r', foreign: true }],
}
const CONTAINER = { name: 'acode-s-t', owner: OWNER }

function notesIn(work = temporaryFolder()) {
  mkdirSync(join(work, 'repository'), { recursive: true })
  return { work, notes: new SharedNotes({ RUNNER_WORKSPACE: join(work, 'repository') }) }
}

describe('SharedNotes (CTN-10, CTN-11)', () => {
  it('are found by name and owner, until they are dropped', async () => {
    const { work, notes } = notesIn()
    await notes.keep('acode-s-t', OWNER, SHARED)
    expect(await notes.find({ ...CONTAINER, owner: { ...OWNER, container: 'c0'.repeat(32) } })).toEqual(
      SHARED,
    )
    expect(await notes.find({ ...CONTAINER, name: 'acode-s-u' })).toBeNull()
    expect(await notes.find({ ...CONTAINER, owner: { ...OWNER, start: '1' } })).toBeNull()
    expect(await notes.find({ ...CONTAINER, owner: null })).toBeNull()
    await notes.drop(CONTAINER)
    expect(await notes.find(CONTAINER)).toBeNull()
    expect(readdirSync(work)).toEqual(['repository'])
  })

  it('name the folder in which they cannot be written', async () => {
    const { work } = notesIn()
    const named = { code: 'ACODE-CTN-010', message: expect.stringContaining(` ${work}`) }
    const keptIn = (folder: string) => {
      const env = { RUNNER_WORKSPACE: join(folder, 'repository') }
      return new SharedNotes(env).keep('acode-s-t', OWNER, SHARED)
    }
    await expect(keptIn(join(work, 'gone'))).rejects.toMatchObject(named)
    await expect(whileLocked(work, () => keptIn(work))).rejects.toMatchObject(named)
  })

  it('are forgotten where the owner is dead and the container gone', async () => {
    const { notes } = notesIn()
    await notes.keep('acode-s-t', OWNER, SHARED)
    await notes.forget(() => false, [])
    await notes.forget(() => true, [CONTAINER])
    expect(await notes.find(CONTAINER)).toEqual(SHARED)
    await notes.forget(() => true, [{ ...CONTAINER, name: 'acode-s-other' }])
    expect(await notes.find(CONTAINER)).toBeNull()
  })

  it('are not believed where others may have written them', async () => {
    const { work, notes } = notesIn()
    await notes.keep('acode-s-t', OWNER, SHARED)
    const [name = ''] = readdirSync(work).filter((one) => one !== 'repository')
    chmodSync(join(work, name), 0o622)
    expect(await notes.find(CONTAINER)).toBeNull()
    chmodSync(join(work, name), 0o600)
    renameSync(join(work, name), join(work, 'elsewhere'))
    symlinkSync('elsewhere', join(work, name))
    expect(await notes.find(CONTAINER)).toBeNull()
  })

  it.each([
    '',
    '{',
    '{}',
    JSON.stringify({ name: 'acode-s-t', owner: OWNER, shared: { ...SHARED, uid: '0' } }),
  ])('pass by what is none: %j', async (text) => {
    const { work, notes } = notesIn()
    writeFileSync(join(work, `_acode-shared-${'0'.repeat(16)}.json`), text)
    mkdirSync(join(work, `_acode-shared-${'1'.repeat(16)}.json`))
    expect(await notes.find(CONTAINER)).toBeNull()
    await notes.keep('acode-s-t', OWNER, SHARED)
    expect(await notes.find(CONTAINER)).toEqual(SHARED)
  })
})

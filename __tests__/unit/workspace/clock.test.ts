import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { changedSince } from '../../../src/workspace/apply/apply.ts'
import type { FileState } from '../../../src/workspace/changes.ts'
import { git } from '../../support/origin.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** Of a checkout whose files look newer than the start of the task: the clock was set back in between. */
const BEFORE_CHECKOUT = new Date(Date.now() - 3_600_000)

function checkout(): string {
  const folder = temporaryFolder()
  git(folder, 'init', '-q')
  for (const name of ['f', 'g']) writeFileSync(join(folder, name), 'as committed\n')
  git(folder, 'add', '-A')
  git(folder, 'commit', '-qm', 'one')
  return folder
}

/** Something that no process can open, whoever's it is: a socket. */
async function closed(path: string): Promise<void> {
  const server = createServer().listen(path)
  onTestFinished(() => void server.close())
  await once(server, 'listening')
}

const changesOf = (...paths: string[]) => ({
  written: new Map<string, FileState>(
    paths.map((path) => [path, { mode: '100644', content: { bytes: Buffer.from('mine') } }]),
  ),
  deleted: new Set<string>(),
  special: [],
})

describe('changedSince where the clock was set between checkout and task', () => {
  it('goes by contents', async () => {
    const folder = checkout()
    expect(
      await changedSince(folder, changesOf('f', 'g', 'new'), BEFORE_CHECKOUT, temporaryFolder()),
    ).toEqual([])
    writeFileSync(join(folder, 'g'), 'theirs\n')
    writeFileSync(join(folder, 'new'), 'theirs\n')
    expect(
      await changedSince(folder, changesOf('f', 'g', 'new'), BEFORE_CHECKOUT, temporaryFolder()),
    ).toEqual(['g', 'new'])
  })

  it('goes by all of them where a file of the repository cannot be opened', async () => {
    const folder = checkout()
    await closed(join(folder, '.git', 'shallow'))
    expect(await changedSince(folder, changesOf('f'), BEFORE_CHECKOUT, temporaryFolder())).toEqual(['f'])
  })

  it('goes by times where there is no repository', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'f'), 'as given\n')
    expect(await changedSince(folder, changesOf('f'), BEFORE_CHECKOUT, temporaryFolder())).toEqual(['f'])
  })
})

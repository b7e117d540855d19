import { spawnSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { git } from '../../../src/host/git.ts'
import { useGermanGit } from '../../support/german-git.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** A repository whose own settings ask for programs and for upkeep. */
function repository(): string {
  const folder = temporaryFolder()
  spawnSync('git', ['init', '--quiet', folder])
  const settings =
    '[core]\nfsmonitor = /bin/monitor\n[gc]\nauto = 1\n[maintenance]\nauto = true\n[init]\ndefaultRefFormat = reftable\n'
  appendFileSync(join(folder, '.git/config'), settings)
  return folder
}

it.each([
  ['core.fsmonitor', 'false'],
  ['core.hooksPath', '/dev/null'],
  ['protocol.ext.allow', 'never'],
  ['safe.bareRepository', 'explicit'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['init.defaultRefFormat', 'files'],
])('git runs with %s=%s whatever the repository says (GIT-1)', async (key, value) => {
  const at = { gitDir: join(repository(), '.git') }
  expect(await git(at, ['config', '--get', key])).toBe(`${value}\n`)
})

it('a full disk is known whatever language the user’s git speaks (GIT-1)', async () => {
  const folder = temporaryFolder()
  spawnSync('git', ['init', '--quiet', folder])
  useGermanGit()
  const at = { gitDir: join(folder, '.git') }
  const tree = (
    await git(at, ['hash-object', '-t', 'tree', '-w', '--stdin'], { input: Buffer.alloc(0) })
  ).trim()
  await expect(git(at, ['archive', '--output=/dev/full', tree])).rejects.toMatchObject({ code: 'ENOSPC' })
})

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runnerPaths } from '../../../src/github/paths.ts'
import { lstatIfThere, readIfThere, statIfThere } from '../../../src/host/files.ts'
import { GitError } from '../../../src/host/git.ts'
import { readConfig } from '../../../src/host/git-config.ts'
import { gitFoldersOf } from '../../../src/host/git-folders.ts'
import { HeldFolder } from '../../../src/host/held-folder.ts'
import { processIdentity } from '../../../src/host/identity.ts'
import { applierOf } from '../../../src/run/left/recover-workspace.ts'
import {
  type ApplyLock,
  journalFolder,
  openStaging,
  readJournal,
} from '../../../src/workspace/apply/apply-journal.ts'
import { statInside } from '../../../src/workspace/changes.ts'
import { committedIn, isGitFolder } from '../../../src/workspace/credential-files.ts'
import { folderOf } from '../../../src/workspace/methods/layer.ts'
import { requireWorkspace } from '../../../src/workspace/methods/shared.ts'
import { failureOf } from '../../support/failures.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const REAL = { lstat: fs.lstat, stat: fs.stat, readFile: fs.readFile }

/** What is at a path with the name of an error in it cannot be seen: a disk that fails, a folder that is closed. */
function failing<F extends (path: string, ...rest: never[]) => unknown>(work: F): F {
  const wrapped = async (path: string, ...rest: never[]): Promise<unknown> => {
    const code = /\b(EIO|EACCES)\b/.exec(String(path))?.[1]
    if (code !== undefined) throw Object.assign(new Error(`${code}: ${path}`), { code })
    return work(path, ...rest)
  }
  return wrapped as F
}

// All files of these tests share their modules, so that none of them can be mocked: the system's calls are.
beforeAll(() => {
  Object.assign(fs, {
    lstat: failing(fs.lstat),
    stat: failing(fs.stat),
    readFile: failing(fs.readFile as (path: string) => unknown),
  })
  syncBuiltinESMExports()
})

afterAll(() => {
  Object.assign(fs, REAL)
  syncBuiltinESMExports()
})

describe('what is not there', () => {
  it('differs from what cannot be seen', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'file'), '')
    symlinkSync('loop', join(folder, 'loop'))
    for (const path of ['none', 'file/below', 'loop/below', 'x'.repeat(300)])
      for (const ask of [lstatIfThere, statIfThere, readIfThere])
        expect(await ask(join(folder, path))).toBe(null)
    expect((await lstatIfThere(join(folder, 'loop')))?.isSymbolicLink()).toBe(true)
    for (const path of ['EIO', 'EACCES'])
      for (const ask of [lstatIfThere, statIfThere, readIfThere])
        await expect(ask(join(folder, path))).rejects.toThrow(path)
  })
})

describe('what cannot be seen is not taken for absent', () => {
  it.each(['EIO', 'EIO/below'])('where changes are compared: %s', async (path) => {
    await expect(statInside('/base', path)).rejects.toThrow('EIO')
    await expect(folderOf('/base')(path)).rejects.toThrow('EIO')
  })

  it('but a folder that lets this process not in costs itself alone', async () => {
    expect(await statInside('/base', 'EACCES/below')).toBe(null)
    expect(await folderOf('/base')('EACCES')).toBe(false)
    expect(await isGitFolder('/base', 'EACCES')).toBe(false)
    expect(await committedIn('/base', '/none')('EACCES/.npmrc')).toBe(false)
  })

  it('where a repository is looked for', async () => {
    await expect(gitFoldersOf('/EACCES')).rejects.toBeInstanceOf(GitError)
    await expect(readConfig('/EACCES/config')).rejects.toBeInstanceOf(GitError)
    await expect(isGitFolder('/base', 'EIO')).rejects.toThrow('EIO')
  })

  it('where the workspace is', async () => {
    const { code, message } = await failureOf(() => requireWorkspace('/EACCES'))
    expect(code).toBe('ACODE-CTN-010')
    expect(message).toContain('/EACCES cannot be seen by the runner: EACCES: /EACCES.')
  })
})

describe('an apply whose journal cannot be read', () => {
  const self = applierOf(processIdentity(), runnerPaths({})).self

  it('is not taken for one that touched nothing', async () => {
    const folder = temporaryFolder()
    expect(await readJournal(folder)).toBe(null)
    mkdirSync(join(folder, 'journal.json'))
    await expect(readJournal(folder)).rejects.toThrow('EISDIR')
  })

  it('is not taken for one whose new files are gone', async () => {
    const root = temporaryFolder()
    const lock: ApplyLock = { ...self, workspace: join(root, 'workspace'), id: 'a'.repeat(24) }
    const place = { workspace: lock.workspace, journals: join(root, 'journals') }
    mkdirSync(join(lock.workspace, `.acode-apply-${lock.id}`), { recursive: true })
    mkdirSync(join(journalFolder(place, lock), 'staging'), { recursive: true })
    const workspace = await HeldFolder.open(lock.workspace)
    try {
      await expect(openStaging(place, lock, workspace)).rejects.toThrow('EISDIR')
    } finally {
      await workspace.close()
    }
  })
})

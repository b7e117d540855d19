import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { GitError, GitMissingError, git } from '../../../src/host/git.ts'
import { gitFoldersOf } from '../../../src/host/git-folders.ts'
import { type View, withView } from '../../../src/host/git-view.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { bash, fingerprint } from '../../support/tree.ts'

const REPOSITORY = 'git init -q -b main; echo 1 >f; echo 2 >g; git add -A; git commit -qm one'

/** A checkout as a script makes it. */
function checkout(script: string): string {
  const folder = join(temporaryFolder(), 'checkout')
  mkdirSync(folder)
  bash(script, folder)
  return folder
}

/** What is asked of the view of a checkout. */
async function seen<T>(
  folder: string,
  use: (view: View) => Promise<T>,
  scratch = temporaryFolder(),
): Promise<T> {
  const folders = await gitFoldersOf(folder)
  if (folders === null) throw new Error('no repository')
  return withView(folders, use, { scratch })
}

describe('a view of a repository', () => {
  it.each([
    ['a plain checkout', REPOSITORY],
    ['packed references', `${REPOSITORY}; git pack-refs --all`],
    [
      'a split index',
      `${REPOSITORY}; git update-index --split-index; echo 3 >h; git add h; git rm -q --cached h`,
    ],
    ['sha256', REPOSITORY.replace('-b main', '-b main --object-format=sha256')],
    [
      'a linked worktree',
      `mkdir ../main; cd ../main; ${REPOSITORY}; git worktree add -q -b linked "$OLDPWD"`,
    ],
    ['borrowed objects', `mkdir ../main; (cd ../main; ${REPOSITORY}); git clone -q --shared ../main .`],
  ])('has commits, references and index of %s', async (_, script) => {
    const folder = checkout(script)
    const before = fingerprint(folder)
    const head = bash('git rev-parse HEAD main', folder)
    await seen(folder, async (view) => {
      expect(await view.git(['rev-parse', 'HEAD', 'main'])).toBe(head)
      expect(await view.git(['ls-files', '-z'])).toBe('f\0g\0')
      expect(await view.git(['diff-tree', '--root', '--name-only', '-r', 'HEAD'])).toContain('\nf\n')
    })
    expect(fingerprint(folder)).toBe(before)
  })

  it('has no settings but those that say in what form it is, and goes when it was looked at', async () => {
    const folder = checkout(`${REPOSITORY}; git config core.fsmonitor x; git config remote.origin.url y`)
    const scratch = temporaryFolder()
    const settings = await seen(folder, ({ git }) => git(['config', '--local', '--list']), scratch)
    expect(settings).toBe('core.repositoryformatversion=0\n')
    expect(readdirSync(scratch)).toEqual([])
  })

  it.each([
    ['references', 'mv .git/refs ../refs; ln -s ../../refs .git/refs'],
    ['objects', 'mv .git/objects ../objects; ln -s ../../objects .git/objects'],
    ['HEAD', 'mv .git/HEAD ../HEAD; ln -s ../../HEAD .git/HEAD'],
    ['a branch', 'mv .git/refs/heads/main ..; ln -s ../../../../main .git/refs/heads/main'],
    ['a folder of branches', 'mv .git/refs/heads ..; ln -s ../../../heads .git/refs/heads'],
    ['HEAD of nonsense', 'echo secret >.git/HEAD'],
    ['an unknown format', 'git config core.repositoryformatversion 1; git config extensions.future true'],
    ['a format that is an address', 'git config extensions.refStorage "ext::sh -c x"'],
    ['a configuration', 'mv .git/config ../config; ln -s ../../config .git/config'],
  ])('is refused where %s leads elsewhere or says nothing', async (_, change) => {
    const folder = checkout(`${REPOSITORY}; ${change}`)
    await expect(seen(folder, ({ git }) => git(['rev-parse', 'HEAD']))).rejects.toThrow(GitError)
  })

  it('follows no link to what is in it', async () => {
    const folder = checkout(`${REPOSITORY}; git pack-refs --all`)
    bash('mv .git/packed-refs .git/index ..; ln -s ../../packed-refs ../../index .git/', folder)
    await seen(folder, async (view) => {
      expect(await view.git(['for-each-ref'])).toBe('')
      expect(await view.git(['ls-files'])).toBe('')
    })
  })
})

describe('the git folders of a checkout', () => {
  it('are no others’: a file or a link that leads to a repository which does not lead back is not followed', async () => {
    const other = checkout(REPOSITORY)
    const folder = temporaryFolder()
    expect(await gitFoldersOf(folder)).toBeNull()
    writeFileSync(join(folder, '.git'), `gitdir: ${other}/.git\n`)
    expect(await gitFoldersOf(folder)).toBeNull()
    bash('rm .git', folder)
    symlinkSync(join(other, '.git'), join(folder, '.git'))
    expect(await gitFoldersOf(folder)).toBeNull()
  })

  it('are no others’ through a folder that leads back and shares what is not its own', async () => {
    const other = checkout(REPOSITORY)
    const folder = checkout('mkdir evil; echo "gitdir: evil" >.git; echo "ref: refs/heads/main" >evil/HEAD')
    writeFileSync(join(folder, 'evil/gitdir'), `${folder}/.git\n`)
    writeFileSync(join(folder, 'evil/commondir'), `${other}/.git\n`)
    expect(await gitFoldersOf(folder)).toBeNull()
  })

  it('are not what only looks like them', async () => {
    const folder = temporaryFolder()
    bash('git init -q --bare .', folder)
    expect(await gitFoldersOf(folder)).toBeNull()
  })
})

describe('git', () => {
  it('looks for no repository by itself', async () => {
    await expect(git(null, ['rev-parse', '--git-dir'])).rejects.toThrow(/not a git repository/)
  })

  it('is bounded, and given up with its caller', async () => {
    const at = { gitDir: join(checkout(REPOSITORY), '.git') }
    const endless = async function* () {
      for (;;) yield await new Promise<Buffer>((resolve) => setTimeout(() => resolve(Buffer.from('x\n')), 10))
    }
    const ask = (bounds: object) => git(at, ['cat-file', '--batch-check'], { input: endless(), ...bounds })
    await expect(ask({ timeoutMs: 200 })).rejects.toThrow('git cat-file did not end within 0.2 s')
    await expect(ask({ signal: AbortSignal.timeout(100) })).rejects.toThrow('git cat-file was given up')
  })

  it('has no more memory than it is given', async () => {
    const folder = checkout(`${REPOSITORY}; head -c 50000000 /dev/zero >big; git add big; git commit -qm two`)
    const args = ['diff-tree', '--root', '-p', '--no-ext-diff', '--no-textconv', 'HEAD']
    const call = git({ gitDir: join(folder, '.git') }, args, { memoryBytes: 16 * 1024 ** 2 })
    await expect(call).rejects.toThrow(/[Oo]ut of memory/)
  })

  it('is missing where it is not on PATH', async () => {
    vi.stubEnv('PATH', '/nowhere')
    await expect(git(null, ['version'])).rejects.toThrow(GitMissingError)
    vi.unstubAllEnvs()
  })
})

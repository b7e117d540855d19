import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { plainHead } from '../../../src/host/git-head.ts'

let repository: string
const git = (...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=e@e', ...args], {
    cwd: repository,
    encoding: 'utf8',
  }).trim()
const head = () => {
  const folder = join(repository, '.git')
  return plainHead({ own: folder, common: folder })
}

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'acode-head-'))
  git('init', '--quiet', '--initial-branch=feature/one')
})
afterEach(() => rmSync(repository, { recursive: true, force: true }))

describe('plainHead', () => {
  it('reads the commit of a branch, and of a HEAD without one, as git does', async () => {
    git('commit', '--quiet', '--allow-empty', '--message=one')
    const commit = git('rev-parse', 'HEAD')
    expect(await head()).toBe(commit)
    git('checkout', '--quiet', '--detach')
    expect(await head()).toBe(commit)
  })

  it('leaves to git a branch that is packed, and one without a commit', async () => {
    expect(await head()).toBeNull()
    git('commit', '--quiet', '--allow-empty', '--message=one')
    git('pack-refs', '--all')
    expect(await head()).toBeNull()
  })

  it.each([
    ['a branch that leads out of the folder', 'ref: refs/heads/../../../outside\n'],
    ['a reference that is no branch', 'ref: refs/tags/outside\n'],
    ['something else', 'ref: \n'],
  ])('leaves to git %s', async (_, text) => {
    const commit = `${'a'.repeat(40)}\n`
    writeFileSync(join(repository, 'outside'), commit)
    mkdirSync(join(repository, '.git', 'refs', 'tags'), { recursive: true })
    writeFileSync(join(repository, '.git', 'refs', 'tags', 'outside'), commit)
    writeFileSync(join(repository, '.git', 'HEAD'), text)
    expect(await head()).toBeNull()
  })

  it('follows no link', async () => {
    mkdirSync(join(repository, 'outside'))
    writeFileSync(join(repository, 'outside', 'one'), `${'a'.repeat(40)}\n`)
    symlinkSync(join(repository, 'outside'), join(repository, '.git', 'refs', 'heads', 'feature'))
    expect(await head()).toBeNull()
  })
})

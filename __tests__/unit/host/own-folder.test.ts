import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ownFolder } from '../../../src/host/own-folder.ts'
import { whileLocked } from '../../support/locked-folder.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { bash } from '../../support/tree.ts'

const uid = process.getuid?.() ?? 0

/** A runner's work folder with a workspace in it. */
function runner() {
  const work = temporaryFolder()
  const workspace = join(work, 'pipeline/checkout')
  mkdirSync(workspace, { recursive: true })
  return {
    work,
    workspace,
    parents: [work],
    first: join(work, `_acode-${uid}`),
    second: join(work, `_acode-${uid}-1`),
  }
}

describe('ownFolder (RNR-5)', () => {
  it('is beside the workspaces, for its user alone, and made only where that is asked for', () => {
    const { workspace, parents, first } = runner()
    expect(ownFolder(parents, workspace, false)).toBe(null)
    expect(ownFolder(parents, workspace, true)).toBe(first)
    expect(statSync(first).mode & 0o777).toBe(0o700)
    expect(ownFolder(parents, workspace, false)).toBe(first)
  })

  it.each([
    ['a file', 'touch NAME'],
    ['a link', 'ln -s /tmp NAME'],
    ['a folder that others may write to', 'mkdir -m 777 NAME'],
    ...(uid === 0 ? [['another user’s', 'mkdir -m 700 NAME; chown 1001:1001 NAME']] : []),
  ])('passes by %s', (_name, make = '') => {
    const { work, workspace, parents, second } = runner()
    bash(make.replaceAll('NAME', `_acode-${uid}`), work)
    expect(ownFolder(parents, workspace, true)).toBe(second)
    expect(ownFolder(parents, workspace, false)).toBe(second)
  })

  it('is not where a folder is a file, or may not be entered', async () => {
    const { work, workspace, first } = runner()
    const [file, locked] = [join(work, 'file'), join(work, 'locked')]
    writeFileSync(file, '')
    mkdirSync(locked)
    const found = await whileLocked(locked, () => ownFolder([file, locked], workspace, false))
    expect(found).toBe(null)
    expect(ownFolder([file, work], workspace, true)).toBe(first)
  })

  it('is never in the workspace, where a checkout could bring it', () => {
    const { work, workspace } = runner()
    const parents = [join(workspace, 'pipeline'), work]
    expect(ownFolder(parents, workspace, true)).toBe(join(work, `_acode-${uid}`))
  })
})

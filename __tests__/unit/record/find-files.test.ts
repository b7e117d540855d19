import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findFiles } from '../../../src/record/collect/find-files.ts'
import type { Changes, FileState } from '../../../src/workspace/changes.ts'
import { LeftTree } from '../../../src/workspace/methods/left-tree.ts'
import { wide } from '../../support/budget.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const file: FileState = { mode: '100644', content: { bytes: Buffer.from('new') } }
const link = (target: string): FileState => ({ mode: '120000', content: { bytes: Buffer.from(target) } })

/** A workspace with files and links (name → target), and what a task changed in its copy of it. */
function tree(
  names: readonly string[],
  links: Readonly<Record<string, string>> = {},
  changes?: Partial<Changes>,
) {
  const root = temporaryFolder()
  for (const name of names) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), 'old')
  }
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(root, name))
  const none: Changes = { written: new Map(), deleted: new Set(), special: [] }
  const left = LeftTree.of(root, changes ? { ...none, ...changes } : null)
  return async (...globs: string[]): Promise<string[]> => {
    const found: string[] = []
    for await (const { name, entry } of findFiles(
      await left,
      globs.map((glob) => glob.replace('ROOT', root)),
      wide(),
    ))
      found.push(entry.kind === 'file' ? name : `${name} (${entry.kind})`)
    return found.sort()
  }
}

describe('findFiles (RUN-8)', () => {
  const checkout = () =>
    tree(['a/1.x', 'a/b/2.x', 'a/b/c/3.y', 'top.x', '.hidden/4.x', 'a/.5.x'], {
      l: 'a/b',
      loop: 'loop',
      out: '..',
    })

  it.each<[string, string[]]>([
    ['*.x', ['top.x']],
    ['**/*.x', ['a/1.x', 'a/b/2.x', 'top.x']],
    ['a/**', ['a/1.x', 'a/b/2.x', 'a/b/c/3.y']],
    ['**', ['a/1.x', 'a/b/2.x', 'a/b/c/3.y', 'l (link)', 'loop (link)', 'out (link)', 'top.x']],
    ['a/**/*.y', ['a/b/c/3.y']],
    ['a/**/c/**', ['a/b/c/3.y']],
    ['a/{b,b/c}/*.?', ['a/b/2.x', 'a/b/c/3.y']],
    ['{a/{1.x,b/2.x},top.x}', ['a/1.x', 'a/b/2.x', 'top.x']],
    ['.hidden/*', ['.hidden/4.x']],
    ['a/.*', ['a/.5.x']],
    ['l/*', ['l/2.x']],
    ['l/**', ['l/2.x', 'l/c/3.y']],
    ['l*/2.x', ['l/2.x']],
    ['loop/*', ['loop (link)']],
    ['out/**', ['out (link)']],
    ['./a//1.x', ['a/1.x']],
    ['a/../top.x', ['top.x']],
    ['../*', []],
    ['/etc/host*', []],
    ['ROOT/a/*.x', ['a/1.x']],
    ['a', []],
    ['', []],
    ['.', []],
    ['missing/**', []],
  ])('%j', async (glob, expected) => {
    expect(await checkout()(glob)).toEqual(expected)
  })

  it('names a file once', async () => {
    expect(await checkout()('a/1.x', 'a/*', '**/1.*')).toEqual(['a/1.x'])
  })

  it('sees the tree with the changes over it', async () => {
    const left = tree(
      ['d/kept', 'd/gone', 'd/changed', 'was-folder/x', 'was-file', 'é'],
      { 'was-link': '/etc', turned: 'nowhere' },
      {
        written: new Map([
          ['d/changed', file],
          ['d/new/deep', file],
          ['was-folder', file],
          ['was-file/x', file],
          ['was-link/passwd', file],
          ['turned', link('d')],
          ['chain', link('turned/new')],
          ['absolute', link('/etc')],
          [Buffer.from('é/ö').toString('latin1'), file],
          ['\xff', file],
        ]),
        deleted: new Set([
          'd/gone',
          'was-folder/x',
          'was-file',
          'was-link',
          Buffer.from('é').toString('latin1'),
        ]),
        special: ['d/pipe'],
      },
    )
    expect(await left('d/**')).toEqual(['d/changed', 'd/kept', 'd/new/deep', 'd/pipe (special)'])
    expect(await left('turned/*', 'chain/*')).toEqual([
      'chain/deep',
      'turned/changed',
      'turned/kept',
      'turned/pipe (special)',
    ])
    expect(await left('was-*/*', 'was-folder')).toEqual(['was-file/x', 'was-folder', 'was-link/passwd'])
    expect(await left('absolute/*')).toEqual(['absolute (link)'])
    expect(await left('é/*')).toEqual([Buffer.from('é/ö').toString('latin1')])
    expect(await left('?')).toEqual(['\xff'])
  })
})

import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bindFolders, bindMounts, canBind } from '../../../src/container/mounts/folders.ts'
import { wide } from '../../support/budget.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const IDS = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
const RUNNER = { ...IDS, inside: IDS }
const FOLDERS = [
  {
    target: '/run/acode',
    entries: [
      { path: 'home', kind: 'folder' },
      { path: 'secrets', kind: 'folder' },
      { path: 'secrets/KEY', kind: 'file', content: 'hunter2', mode: 'secret' },
      { path: 'output', kind: 'file', content: '', mode: 'written' },
      { path: 'script.sh', kind: 'file', content: 'echo 1\n', mode: 'script' },
    ],
  },
  { target: '/work', entries: [] },
] as const

describe('bindFolders (CTN-1, CTN-4, IMG-3)', () => {
  it('fills separate folders, each as its mode says', async () => {
    const root = temporaryFolder()
    const folders = bindFolders(root, FOLDERS, RUNNER)
    await folders.prepare()
    await folders.load('container', { option: `${IDS.uid}:${IDS.gid}`, ...IDS })
    const mode = async (path: string) =>
      statSync((await folders.collect('c', '/run/acode', path, wide())).path).mode & 0o777
    expect(bindMounts(root, FOLDERS).map((mount) => mount.target)).toEqual(['/run/acode', '/work'])
    expect(await mode('')).toBe(0o755)
    expect(await mode('home')).toBe(0o755)
    expect(await mode('secrets/KEY')).toBe(0o400)
    expect(await mode('output')).toBe(0o644)
    expect(await mode('script.sh')).toBe(0o555)
    expect((await folders.read('c', '/run/acode', 'secrets/KEY', 100))?.toString()).toBe('hunter2')
  })

  it('never gives two folders, or two tasks, one place', () => {
    const mounts = [...bindMounts('/a', FOLDERS), ...bindMounts('/b', FOLDERS)]
    const sources = mounts.map((mount) => (mount.type === 'bind' ? mount.source : ''))
    expect(new Set(sources).size).toBe(4)
    expect(sources.every((source) => source.startsWith(join('/')))).toBe(true)
  })
})

describe('canBind', () => {
  const user = (uid: number) => ({ option: `${uid}:${uid}`, uid, gid: uid })
  const [ids, root] = [
    { uid: 1001, gid: 127 },
    { uid: 0, gid: 0 },
  ]
  const [runner, rootless] = [
    { ...ids, inside: ids },
    { ...ids, inside: root },
  ]
  it.each([
    ['the runner’s own user', user(1001), runner, true],
    ['another user', user(1234), runner, false],
    ['root, whose files the runner could not delete', user(0), runner, false],
    ['any user on a runner that is root', user(1234), { ...root, inside: root }, true],
    ['a rootless engine’s root, who is the runner', user(0), rootless, true],
    ['the runner’s number in a rootless engine, where it is another’s', user(1001), rootless, false],
  ])('%s: %#', (_, task, by, can) => {
    expect(canBind(task, by, 'strict')).toBe(can)
  })

  it('a rootless engine’s root with privileges makes other users’ files', () => {
    expect(canBind(user(0), rootless, 'standard')).toBe(false)
    expect(canBind(user(1001), runner, 'standard')).toBe(true)
  })
})

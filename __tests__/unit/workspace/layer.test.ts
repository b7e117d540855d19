import { lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { OverBudgetError } from '../../../src/host/budget.ts'
import { systemPath } from '../../../src/workspace/changes.ts'
import { layerChanges, readLayer, type UpperLayer } from '../../../src/workspace/methods/layer.ts'
import { identityOfStats, opaqueCandidates } from '../../../src/workspace/methods/opaque.ts'
import { wide } from '../../support/budget.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { bash } from '../../support/tree.ts'

const self = process.getuid?.() ?? 0

/** A folder with these files, whose paths are bytes, one a character. */
function folderWith(...paths: string[]): string {
  const folder = temporaryFolder()
  for (const path of paths) {
    mkdirSync(systemPath(folder, path.split('/').slice(0, -1).join('/')), { recursive: true })
    writeFileSync(systemPath(folder, path), path, 'latin1')
  }
  return folder
}

const read = (folder: string, budget = wide()): Promise<UpperLayer> => readLayer(folder, self, budget)

describe('readLayer (GIT-6, FID-5)', () => {
  it('takes names byte for byte, in folders of any mode, and follows no link', async () => {
    const odd = 'd \n\xff/\xfe"\\'
    const folder = folderWith(odd, 'closed/inside', 'exec')
    symlinkSync('/etc', join(folder, 'link'))
    bash('chmod 711 exec; chmod 0 closed/inside closed', folder)
    const { written, folders, special } = await read(folder)
    expect([...written.keys()].sort()).toEqual(['closed/inside', odd, 'exec', 'link'].sort())
    expect([...folders.keys()].sort()).toEqual(['closed', 'd \n\xff'])
    expect(written.get('exec')?.mode).toBe('100755')
    expect(written.get('link')).toEqual({ mode: '120000', content: { bytes: Buffer.from('/etc') } })
    expect(special).toEqual([])
  })

  it('draws files and depth from the budget, and no bytes', async () => {
    const folder = folderWith('a/b/c', 'd')
    const budget = wide()
    await read(folder, budget)
    expect(budget.used).toEqual({ files: 4, bytes: 0 })
    await expect(read(folder, wide({ depth: 2 }))).rejects.toThrow(OverBudgetError)
  })

  it.skipIf(self !== 0)('takes a device 0/0 for a deletion, and any other for none', async () => {
    const folder = folderWith('kept')
    bash('mknod gone c 0 0; mknod null c 1 3; mkfifo pipe', folder)
    const { whiteouts, special } = await read(folder)
    expect([...whiteouts]).toEqual(['gone'])
    expect(special.toSorted()).toEqual(['null', 'pipe'])
  })
})

describe('layerChanges (GIT-6)', () => {
  it('deletes what a file, a link or an opaque folder took the place of', async () => {
    const base = folderWith('folder/one', 'folder/two', 'file', 'other/three', 'same')
    const upper = folderWith('folder', 'file/inside', 'other/new', 'same')
    const changes = await layerChanges(base, await read(upper), new Set(['other']), wide())
    expect([...changes.written.keys()].sort()).toEqual(['file/inside', 'folder', 'other/new'])
    expect([...changes.deleted].sort()).toEqual(['file', 'folder/one', 'folder/two', 'other/three'])
  })

  it('looks for nothing behind a link of the base', async () => {
    const base = folderWith('kept')
    symlinkSync('/etc', join(base, 'link'))
    const upper = folderWith('link/passwd')
    const changes = await layerChanges(base, await read(upper), new Set(), wide())
    expect([...changes.written.keys()]).toEqual(['link/passwd'])
    expect([...changes.deleted]).toEqual(['link'])
  })
})

describe('opaqueCandidates (GIT-6)', () => {
  const base = () => folderWith('d/e/1', 'd/2', 'f/3')
  const candidates = async (upper: string, whiteouts: string[] = [], made = new Map<string, string>()) => {
    const layer = { ...(await read(upper)), whiteouts: new Set(whiteouts) }
    return (await opaqueCandidates(base(), layer, made)).sort()
  }

  it('are folders of which the base has something that the layer does not have', async () => {
    expect(await candidates(folderWith('d/e/new', 'd/2', 'new/4'))).toEqual(['d/e'])
    expect(await candidates(folderWith('d/new', 'f/3'))).toEqual(['d'])
  })

  it('are none in which the layer deletes something, nor those above', async () => {
    expect(await candidates(folderWith('d/e/new', 'f/new'), ['d/e/1'])).toEqual(['f'])
  })

  it('are none that were made before the task and are the same', async () => {
    const upper = folderWith('d/new', 'f/new')
    const made = new Map([['d', identityOfStats(lstatSync(join(upper, 'd')))]])
    expect(await candidates(upper, [], made)).toEqual(['f'])
    expect(await candidates(upper, [], new Map([['d', '1 2 3']]))).toEqual(['d', 'f'])
  })
})

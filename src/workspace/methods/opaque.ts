import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { MountDescription } from '../../engine/container-description.ts'
import { readTar } from '../../formats/tar-reader.ts'
import type { Budget } from '../../host/budget.ts'
import { removeFolder } from '../../host/files.ts'
import { foldersAbove, systemPath } from '../changes.ts'
import type { WorkspaceRequest } from '../workspace.ts'
import { withHelper } from './helper.ts'
import { folderOf, parentOf, type UpperLayer } from './layer.ts'
import { type LayerPlace, overlayOptions } from './overlay-volume.ts'

/**
 * The folders of a layer that may hide what the base has in their place: those which the base has too, with something
 * in it that the layer does not have. A folder in which the layer deletes something hides nothing by itself, and
 * neither does one that was there before the task (`made`) and is still the same.
 */
export async function opaqueCandidates(
  base: string,
  layer: UpperLayer,
  made: ReadonlyMap<string, string>,
): Promise<string[]> {
  const isInBase = folderOf(base)
  const transparent = new Set([...layer.whiteouts].flatMap(foldersAbove))
  const inLayer = new Set([...layer.written.keys(), ...layer.whiteouts, ...layer.special])
  const found: string[] = []
  for (const [path, state] of layer.folders) {
    if (transparent.has(path) || made.get(path) === identityOfStats(state) || !(await isInBase(path)))
      continue
    const names = await readdir(systemPath(base, path), { encoding: 'buffer' })
    const inner = names.map((name) => `${path}/${name.toString('latin1')}`)
    if (inner.some((one) => !inLayer.has(one) && !layer.folders.has(one))) found.push(path)
  }
  return found
}

/** What distinguishes a folder from one that is made later in its place: numbers are given again once a folder is gone. */
export const identityOfStats = ({ dev, ino, birthtimeMs, ctimeMs }: Stats): string =>
  [dev, ino, birthtimeMs || ctimeMs].join(' ')

/** Where a helper has the layers. */
const TARGET = '/acode-layer'

/**
 * Those of the candidates that hide what lies under them. The kernel's mark on them is only root's to read, so that it
 * is asked for by its effect: a helper has the layer over a folder with a marker for each candidate, and where that
 * is not seen, the candidate hides it. All else of the layer is covered by empty files: nothing of it is read.
 */
export async function opaqueFolders(
  request: WorkspaceRequest,
  place: LayerPlace,
  layer: UpperLayer,
  candidates: readonly string[],
  { signal }: Budget,
): Promise<Set<string>> {
  const hidden = new Set(['', ...candidates])
  const marker = `.acode-${randomBytes(12).toString('hex')}`
  const [cover, probes] = [join(place.folder, 'cover'), join(place.folder, 'probes')]
  await lay(cover, coversOf(layer, candidates))
  await lay(
    probes,
    [...hidden].map((path) => (path === '' ? marker : `${path}/${marker}`)),
  )
  const overlay = overlayOptions({ lower: ['cover', 'upper', 'probes'].map(place.engine) }, request.runner)
  const mount: MountDescription = {
    Type: 'volume',
    Target: TARGET,
    VolumeOptions: { NoCopy: true, DriverConfig: { Name: 'local', Options: overlay } },
  }
  const read = async (archive: Readable) => {
    for await (const { path } of readTar(archive)) {
      const names = path.split('/').slice(1)
      if (names.at(-1) === marker) hidden.delete(names.slice(0, -1).join('/'))
    }
  }
  await withHelper(request.docker, { ...request, host: { Mounts: [mount] } }, (helper) =>
    request.docker.archives.get(helper, TARGET, read, { signal }),
  )
  if (hidden.has(''))
    throw new Error('the engine did not mount the overlay that shows which folders were made again')
  for (const folder of [cover, probes]) await removeFolder(folder)
  return hidden
}

/** What of a layer is none of the candidates and in none of the folders that lead to them. */
function coversOf(layer: UpperLayer, candidates: readonly string[]): string[] {
  const shown = new Set(['', ...candidates.flatMap((path) => [...foldersAbove(path), path])])
  const all = [...layer.written.keys(), ...layer.folders.keys(), ...layer.special]
  return all.filter((path) => !shown.has(path) && shown.has(parentOf(path)))
}

/** Makes empty files at these paths of a folder. */
async function lay(folder: string, paths: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  const made = new Set([''])
  for (const path of paths) {
    const parent = parentOf(path)
    if (!made.has(parent)) await mkdir(systemPath(folder, parent), { recursive: true })
    made.add(parent)
    await writeFile(systemPath(folder, path), '')
  }
}

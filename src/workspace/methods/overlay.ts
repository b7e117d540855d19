import type { Stats } from 'node:fs'
import { chmod, chown, lstat, mkdir, stat, writeFile } from 'node:fs/promises'
import { ownMounts } from '../../engine/own-container.ts'
import { type Ids, isRootless, ownerInside } from '../../engine/rootless.ts'
import type { Budget } from '../../host/budget.ts'
import { isWithin, removeFolder, withoutLinks } from '../../host/files.ts'
import { type FileState, foldersAbove, isSame, systemPath } from '../changes.ts'
import {
  type FoundCredentials,
  filesWithoutCredentials,
  type Replacement,
  requireOwnGitFolder,
  SEARCH_BOUND_MS,
} from '../repository.ts'
import { folderBaseline } from '../tree.ts'
import {
  type CollectedChanges,
  UnusableMethodError,
  type Workspace,
  type WorkspaceRequest,
} from '../workspace.ts'
import { ForeignLayerError, layerChanges, readLayer, type UpperLayer } from './layer.ts'
import { identityOfStats, opaqueCandidates, opaqueFolders } from './opaque.ts'
import { type LayerPlace, layerPlaceIn, overlayOptions } from './overlay-volume.ts'
import { type Reclaimer, reclaimFolder, removeWithEngine } from './remove-with-engine.ts'
import { requireSeen } from './seen.ts'

/**
 * The kernel's overlay over the checkout: constant time, and no root on the runner. What the task writes is in a folder
 * of the run's own and is read there once the task has ended; the mount is a volume that the engine makes with the
 * container and removes with it.
 * @throws UnusableMethodError
 */
export async function prepareOverlay(request: WorkspaceRequest): Promise<Workspace> {
  const { runnerPath, enginePath, engineScratch, scratch } = request
  if (engineScratch === null) throw new UnusableMethodError('the engine does not see the runner’s files')
  for (const path of [enginePath, engineScratch]) requireMountable(path)
  await requireSeen(request)
  await requireOneFileSystem(runnerPath)
  await requireOwnGitFolder(runnerPath)
  // Needed when the layer is made only: all folders are read while the image is asked.
  const found = filesWithoutCredentials(request, SEARCH_BOUND_MS)
  return overlaid(request, layerPlaceIn(scratch, engineScratch), found)
}

/** An overlay shows of the folder under it what is on the folder's own file system. */
async function requireOneFileSystem(workspace: string): Promise<void> {
  const real = withoutLinks(workspace)
  const below = (await ownMounts()).find(({ target }) => target !== real && isWithin(target, real))
  if (below) throw new UnusableMethodError(`${below.target} is a separate file system within the checkout`)
}

function requireMountable(path: string): void {
  if (/[:,\\"\n]/.test(path))
    throw new UnusableMethodError(`the path ${path} holds a character that mount options cannot`)
}

function overlaid(request: WorkspaceRequest, place: LayerPlace, found: Promise<FoundCredentials>): Workspace {
  const { runnerPath, enginePath, runner } = request
  let made: ReadonlyMap<string, string> = new Map()
  return {
    method: 'overlay',
    reason: request.reason,
    path: request.path,
    kind: 'copy',
    credentials: found.then(
      ({ credentials }) => credentials,
      () => null, // `mount` throws it
    ),
    unread: [],
    async mount(user) {
      await requireWriter(request, user)
      made = await makeLayers(request, place, (await found).replacements, user)
      const folders = { lower: [enginePath], upper: place.engine('upper'), work: place.engine('work') }
      return { options: overlayOptions(folders, runner) }
    },
    fill: null,
    async collect(_container, _store, budget) {
      const layer = await readOwn(request, place, budget)
      const candidates = await opaqueCandidates(runnerPath, layer, made)
      const opaque =
        candidates.length === 0
          ? new Set<string>()
          : await opaqueFolders(request, place, layer, candidates, budget)
      const changes = await layerChanges(runnerPath, layer, opaque, budget)
      const baseline = folderBaseline(runnerPath)
      return asGiven({ changes, baseline, base: runnerPath, isDrawn: false }, (await found).replacements)
    },
    isInContainer: false,
    dispose: () => removeWithEngine(place.folder, async () => layerReclaimer(request, place)),
  }
}

/** A task that is neither the owner of the checkout nor root with the right to others' files could not change them. */
async function requireWriter(
  { runnerPath, runner, rootOverrides }: WorkspaceRequest,
  { uid }: Ids,
): Promise<void> {
  const owner = ownerInside((await stat(runnerPath)).uid, runner)
  // A rootless engine's root may not write files of users that it does not know, either.
  if (uid !== owner && (uid !== 0 || !rootOverrides || isRootless(runner)))
    throw new UnusableMethodError(
      `the task’s user ${uid} could not write the checkout’s files, which belong to user ${owner}`,
    )
}

/**
 * Makes the layers, with what the task gets in place of the checkout's own.
 * @returns the folders that are there before the task, with what distinguishes them from later ones
 */
async function makeLayers(
  { runnerPath }: WorkspaceRequest,
  { folder }: LayerPlace,
  replacements: readonly Replacement[],
  user: Ids,
): Promise<Map<string, string>> {
  await removeFolder(folder)
  const upper = `${folder}/upper`
  for (const path of [upper, `${folder}/work`]) await mkdir(path, { recursive: true })
  const like = async (path: Buffer | string, { mode }: Pick<Stats, 'mode'>, uid: number, gid: number) => {
    // Only root gives away what it makes; any other user that runs this is the task's own user.
    if (process.geteuid?.() === 0) await chown(path, uid, gid)
    await chmod(path, mode & 0o7777)
  }
  await like(upper, await stat(runnerPath), user.uid, user.gid)
  const folders = new Set(replacements.flatMap(({ path }) => foldersAbove(path)))
  for (const path of folders) {
    const there = await lstat(systemPath(runnerPath, path))
    await mkdir(systemPath(upper, path))
    await like(systemPath(upper, path), there, there.uid, there.gid)
  }
  for (const { path, content } of replacements) {
    await writeFile(systemPath(upper, path), content, 'latin1')
    await like(systemPath(upper, path), { mode: 0o644 }, user.uid, user.gid)
  }
  const made = new Map<string, string>()
  for (const path of folders) made.set(path, identityOfStats(await lstat(systemPath(upper, path))))
  return made
}

/** Reads the layer; what a task of another user made in it is given to the runner's user before. */
async function readOwn(request: WorkspaceRequest, place: LayerPlace, budget: Budget): Promise<UpperLayer> {
  const read = () => readLayer(`${place.folder}/upper`, request.runner.uid, budget)
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof ForeignLayerError)) throw error
    await reclaimFolder(layerReclaimer(request, place), place.folder, budget.signal)
    return read()
  }
}

/** What gives layers to the runner's user. */
const layerReclaimer = (request: WorkspaceRequest, { folder, engine }: LayerPlace): Reclaimer => ({
  ...request,
  translate: (path) => (path === folder ? engine('') : null),
})

/** What a task changed of what it was given, which is not the checkout's own where that held a credential. */
async function asGiven(
  collected: CollectedChanges,
  replacements: readonly Replacement[],
): Promise<CollectedChanges> {
  const { changes, baseline } = collected
  const given = new Map(
    replacements.map(({ path, content }): [string, FileState] => [
      path,
      { mode: '100644', content: { bytes: Buffer.from(content, 'latin1') } },
    ]),
  )
  const written = new Map(changes.written)
  for (const [path, state] of given) {
    const now = written.get(path)
    if (now && (await isSame(state, now))) written.delete(path)
  }
  return {
    ...collected,
    changes: { ...changes, written, replaced: new Set(given.keys()) },
    baseline: async (path) => given.get(path) ?? baseline(path),
  }
}

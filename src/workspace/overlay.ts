import { stat } from 'node:fs/promises'
import { posix } from 'node:path'
import type { Readable } from 'node:stream'
import type { Docker } from '../engine/docker.ts'
import { isRootless, ownerInside } from '../engine/rootless.ts'
import { readTar } from '../formats/tar-reader.ts'
import { writeTar } from '../formats/tar-writer.ts'
import type { Budget } from '../host/budget.ts'
import { type FileState, isSame } from './changes.ts'
import { layerChanges, opaqueCandidates, readLayer, type UpperLayer } from './layer.ts'
import {
  filesWithoutCredentials,
  type Replacement,
  requireOwnGitFolder,
  SEARCH_BOUND_MS,
} from './repository.ts'
import { folderBaseline } from './tree.ts'
import { asUnusable, type Volumes, withHelpers, withVolumes } from './volume.ts'
import {
  type CollectedChanges,
  UnusableMethodError,
  type Workspace,
  type WorkspaceRequest,
} from './workspace.ts'

/** Where helpers mount the volumes they read and fill. */
const UPPER = '/acode-layer'
const PROBES = '/acode-probes'
const MARKER = '.acode-probe'

/**
 * The upper layer has to hold all that changed, on kernels with other defaults too: a renamed folder with its files
 * rather than as a reference to where they were, and a hard link apart from the other names of its file. Kernels
 * before 4.13 know neither and refuse the mount. (Without redirections there are no files without content, either.)
 */
const WHOLE_UPPER = 'redirect_dir=off,index=off'
/** Without root the kernel keeps its marks where users may (Linux 5.11), and then redirects nothing by itself. */
const ROOTLESS_UPPER = 'userxattr,index=off'

/**
 * A copy-on-write volume over the checkout: constant time, no root on the runner, disposed of by the engine. Two
 * plain volumes hold what the task writes; the third is the kernel's overlay of them over the checkout.
 * @throws UnusableMethodError
 */
export async function prepareOverlay(request: WorkspaceRequest): Promise<Workspace> {
  const { enginePath, runnerPath, runner } = request
  if (/[:,\\"\n]/.test(enginePath))
    throw new UnusableMethodError(`the path ${enginePath} holds a character that mount options cannot`)
  await requireOwnGitFolder(runnerPath)
  // Needed when the copy is filled only: all folders are read while the engine makes volumes and container.
  const replacements = filesWithoutCredentials(request, SEARCH_BOUND_MS)
  replacements.catch(() => undefined) // `fill` tells
  return withVolumes(request, async (volumes) => {
    const [upper, work] = await Promise.all([volumes.create('upper'), volumes.create('work')])
    const [upperAt = '', workAt = ''] = await volumes.mountpoints([upper, work])
    const volume = await volumes.create(
      'overlay',
      overlayOptions(
        `lowerdir=${enginePath},upperdir=${upperAt},workdir=${workAt},${isRootless(runner) ? ROOTLESS_UPPER : WHOLE_UPPER}`,
      ),
    )
    return overlaid(request, volumes, { volume, upper, upperAt }, replacements)
  })
}

interface Layers {
  readonly volume: string
  readonly upper: string
  readonly upperAt: string
}

function overlaid(
  request: WorkspaceRequest,
  volumes: Volumes,
  layers: Layers,
  replacements: Promise<readonly Replacement[]>,
): Workspace {
  const { docker, runnerPath, runner } = request
  return {
    method: 'overlay',
    reason: request.reason,
    path: request.path,
    source: { volume: layers.volume },
    async fill(container, { uid, gid }) {
      const { mode, uid: onRunner } = await stat(runnerPath)
      const owner = ownerInside(onRunner, runner)
      // A rootless engine's root may not write what is nobody's, either.
      if (uid !== owner && (uid !== 0 || isRootless(runner)))
        throw new UnusableMethodError(
          `the task’s user ${uid} could not write the checkout’s files, which belong to user ${owner}`,
        )
      // The merged root has the upper volume's owner, root: it gets the task's.
      const { parent, name } = splitPath(request.path)
      const files = (await replacements).map(({ path, content }) =>
        fileEntry(`${name}/${path}`, content, { uid, gid }),
      )
      const entries = [{ path: name, type: 'folder' as const, mode, uid, gid }, ...files]
      await asUnusable(() => docker.archives.put(container, parent, writeTar(entries)))
    },
    async collect(_container, image, store, budget) {
      const collected = await collectUpper(request, volumes, layers, image, store, budget)
      return asGiven(collected, await replacements)
    },
    dispose: volumes.remove,
  }
}

const fileEntry = (path: string, text: string, user: { readonly uid: number; readonly gid: number }) => {
  const content = Buffer.from(text, 'latin1')
  return { path, type: 'file' as const, mode: 0o644, ...user, size: content.length, content: [content] }
}

/** What a task changed of what it was given, which is not the checkout's own where that held a credential. */
async function asGiven(
  { changes, baseline, base }: CollectedChanges,
  replacements: readonly Replacement[],
): Promise<CollectedChanges> {
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
    changes: { ...changes, written, replaced: new Set(given.keys()) },
    baseline: async (path) => given.get(path) ?? baseline(path),
    base,
  }
}

const overlayOptions = (options: string) => ({ type: 'overlay', device: 'overlay', o: options })

/**
 * What is in the upper layer, as changes. The engine's archive does not show the kernel's mark on folders that
 * were deleted and made again, so it is asked for by its effect: markers laid under the layer are hidden in such
 * folders. One helper reads the layer and lays the markers, the other one sees both.
 */
async function collectUpper(
  { docker, name, labels, runnerPath, runner }: WorkspaceRequest,
  volumes: Volumes,
  { upper, upperAt }: Layers,
  image: string,
  store: string,
  budget: Budget,
): Promise<CollectedChanges> {
  const probes = await volumes.create('probes')
  const [probesAt = ''] = await volumes.mountpoints([probes])
  const probe = await volumes.create(
    'probe',
    overlayOptions(`lowerdir=${upperAt}:${probesAt}${isRootless(runner) ? ',userxattr' : ''}`),
  )
  const mounts = [
    [
      [upper, UPPER],
      [probes, PROBES],
    ],
    [[probe, UPPER]],
  ] as const
  return withHelpers(docker, { name, image, labels, mounts }, async ([reader = '', prober = '']) => {
    let layer: UpperLayer | undefined
    const read = async (archive: Readable) => {
      layer = await readLayer(archive, store, budget)
    }
    await docker.archives.get(reader, UPPER, read, { signal: budget.signal })
    if (!layer) throw new Error('the upper layer was not read')
    const candidates = await opaqueCandidates(runnerPath, layer)
    const opaque =
      candidates.length > 0 ? await hiding(docker, candidates, reader, prober, budget) : new Set<string>()
    const changes = await layerChanges(runnerPath, layer, opaque, budget)
    return { changes, baseline: folderBaseline(runnerPath), base: runnerPath }
  })
}

/** Those of a layer's folders that hide what lies under them. Its root never does: it shows that the probe is mounted. */
async function hiding(
  docker: Docker,
  folders: readonly string[],
  reader: string,
  prober: string,
  { signal }: Budget,
): Promise<Set<string>> {
  const hidden = new Set([...folders, ''])
  await docker.archives.put(reader, PROBES, writeTar(markers(hidden)), signal)
  const read = async (archive: Readable) => {
    for await (const item of readTar(archive)) {
      const path = item.path.split('/').slice(1)
      if (path.at(-1) === MARKER) hidden.delete(path.slice(0, -1).join('/'))
    }
  }
  await docker.archives.get(prober, UPPER, read, { signal })
  if (hidden.has(''))
    throw new Error('the engine did not mount the overlay that shows which folders were made again')
  return hidden
}

function* markers(folders: Iterable<string>) {
  for (const folder of folders)
    yield { path: posix.join(folder, MARKER), type: 'file' as const, mode: 0o644, uid: 0, gid: 0, size: 0 }
}

/** A path in the container as the folder that holds it and its own name. */
export function splitPath(path: string): { parent: string; name: string } {
  const clean = path.replace(/\/+$/, '')
  const slash = clean.lastIndexOf('/')
  return { parent: clean.slice(0, slash) || '/', name: clean.slice(slash + 1) }
}

import { stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { readTar } from '../engine/tar-reader.ts'
import { writeTar } from '../engine/tar-writer.ts'
import { layerChanges, opaqueCandidates, readLayer, type UpperLayer } from './layer.ts'
import { configsWithoutCredentials, NEARBY } from './repository.ts'
import { folderBaseline } from './tree.ts'
import { asUnusable, type Volumes, volumesFor, withHelper } from './volume.ts'
import { UnusableMethodError, type Workspace, type WorkspaceRequest } from './workspace.ts'

/** Where helpers mount the volumes they read. */
const AT = '/acode-layer'
const MARKER = '.acode-probe'

/**
 * A copy-on-write volume over the checkout: constant time, no root on the runner, disposed of by the engine. Two
 * plain volumes hold what the task writes; the third is the kernel's overlay of them over the checkout.
 * @throws UnusableMethodError
 */
export async function prepareOverlay(request: WorkspaceRequest): Promise<Workspace> {
  const { docker, enginePath, runnerPath, labels } = request
  if (/[:,\\"\n]/.test(enginePath))
    throw new UnusableMethodError(`the path ${enginePath} holds a character that mount options cannot`)
  const volumes = volumesFor(request)
  const replacements = await configsWithoutCredentials(runnerPath, NEARBY)
  const [upper, work] = await Promise.all([volumes.create('upper'), volumes.create('work')])
  const [upperAt = '', workAt = ''] = await volumes.mountpoints([upper, work])
  const volume = await volumes.create(
    'overlay',
    overlayOptions(`lowerdir=${enginePath},upperdir=${upperAt},workdir=${workAt}`),
  )
  return {
    method: 'overlay',
    reason: request.reason,
    path: request.path,
    source: { volume },
    replacements,
    async fill(container, { uid, gid }) {
      const { mode, uid: owner } = await stat(runnerPath)
      if (uid !== 0 && uid !== owner)
        throw new UnusableMethodError(
          `the task’s user ${uid} could not write the checkout’s files, which belong to user ${owner}`,
        )
      // The merged root has the upper volume's owner, root: it gets the task's.
      const { parent, name } = splitPath(request.path)
      const files = replacements.map(({ path, content }) =>
        fileEntry(`${name}/${path}`, content, { uid, gid }),
      )
      const entries = [{ path: name, type: 'folder' as const, mode, uid, gid }, ...files]
      await asUnusable(() => docker.copyIn(container, parent, writeTar(entries)))
    },
    async collect(_container, image, store) {
      let layer: UpperLayer | undefined
      await withHelper(docker, { image, labels, mounts: [[upper, AT]] }, (helper) =>
        docker.copyOut(helper, AT, async (archive) => {
          layer = await readLayer(archive, store)
        }),
      )
      if (!layer) throw new Error('the upper layer was not read')
      const opaque = await findOpaque(request, volumes, layer, upperAt, image)
      const changes = await layerChanges(runnerPath, layer, opaque)
      return { changes, baseline: folderBaseline(runnerPath), base: runnerPath }
    },
    dispose: volumes.remove,
  }
}

const fileEntry = (path: string, text: string, user: { readonly uid: number; readonly gid: number }) => {
  const content = Buffer.from(text, 'latin1')
  return { path, type: 'file' as const, mode: 0o644, ...user, size: content.length, content: [content] }
}

const overlayOptions = (options: string): string[] => [
  ...['--driver', 'local', '--opt', 'type=overlay', '--opt', 'device=overlay', '--opt', `o=${options}`],
]

/**
 * The folders of the layer that were deleted and made again. The engine's archive does not show the kernel's mark
 * on them, so it is asked for by its effect: markers laid under the layer are hidden in such folders.
 */
async function findOpaque(
  request: WorkspaceRequest,
  volumes: Volumes,
  layer: UpperLayer,
  upperAt: string,
  image: string,
): Promise<Set<string>> {
  const { docker, labels, runnerPath } = request
  const candidates = await opaqueCandidates(runnerPath, layer)
  if (candidates.length === 0) return new Set()
  const probes = await volumes.create('probes')
  await withHelper(docker, { image, labels, mounts: [[probes, AT]] }, (helper) =>
    docker.copyIn(helper, AT, writeTar(markers(candidates))),
  )
  const [probesAt = ''] = await volumes.mountpoints([probes])
  const probe = await volumes.create('probe', overlayOptions(`lowerdir=${upperAt}:${probesAt}`))
  const hidden = new Set(candidates)
  await withHelper(docker, { image, labels, mounts: [[probe, AT]] }, (helper) =>
    docker.copyOut(helper, AT, async (archive: Readable) => {
      for await (const item of readTar(archive)) {
        const path = item.path.split('/').slice(1)
        if (path.at(-1) === MARKER) hidden.delete(path.slice(0, -1).join('/'))
      }
    }),
  )
  return hidden
}

function* markers(folders: readonly string[]) {
  for (const folder of folders)
    yield { path: `${folder}/${MARKER}`, type: 'file' as const, mode: 0o644, uid: 0, gid: 0, size: 0 }
}

/** A path in the container as the folder that holds it and its own name. */
export function splitPath(path: string): { parent: string; name: string } {
  const clean = path.replace(/\/+$/, '')
  const slash = clean.lastIndexOf('/')
  return { parent: clean.slice(0, slash) || '/', name: clean.slice(slash + 1) }
}

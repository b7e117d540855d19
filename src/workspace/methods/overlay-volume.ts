import { join } from 'node:path'
import { isRootless, type RunnerUser } from '../../engine/rootless.ts'

/** A folder of the runner's in which layers are, and what the engine calls what is in it. */
export interface LayerPlace {
  readonly folder: string
  readonly engine: (name: string) => string
}

/** The place of a run's layers, in its private folder. */
export function layerPlaceIn(scratch: string, engineScratch: string): LayerPlace {
  return { folder: join(scratch, LAYERS), engine: (name) => join(engineScratch, LAYERS, name) }
}

const LAYERS = 'layers'

/**
 * The upper layer has to hold all that changed, on kernels with other defaults too: a renamed folder with its files
 * rather than as a reference to where they were, and a hard link apart from the other names of its file. Kernels
 * before 4.13 know neither and refuse the mount. (Without redirections there are no files without content, either.)
 */
const WHOLE_UPPER = ['redirect_dir=off', 'index=off']
/** Without root the kernel keeps its marks where users may (Linux 5.11), and then redirects nothing by itself. */
const ROOTLESS_UPPER = ['userxattr', 'index=off']

/** Folders as the engine names them. Without `upper` and `work` nothing can be written. */
interface OverlayFolders {
  readonly lower: readonly string[]
  readonly upper?: string
  readonly work?: string
}

/** An overlay as options of the engine's driver `local`. */
export function overlayOptions(
  { lower, upper, work }: OverlayFolders,
  runner: RunnerUser,
): Readonly<Record<string, string>> {
  const layers = upper === undefined ? [] : [`upperdir=${upper}`, `workdir=${work}`]
  const marks = isRootless(runner) ? ROOTLESS_UPPER : WHOLE_UPPER
  const o = [`lowerdir=${lower.join(':')}`, ...layers, ...(upper === undefined ? marks.slice(0, 1) : marks)]
  return { type: 'overlay', device: 'overlay', o: o.join(',') }
}

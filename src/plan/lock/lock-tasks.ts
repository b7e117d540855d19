import * as runner from '../../github/runner.ts'
import { eachOf } from '../../host/each-of.ts'
import type { Digests } from '../../task/locked.ts'
import type { PlanInputs } from '../inputs.ts'
import type { PlannedTask } from '../planned-task.ts'
import {
  type FoundImages,
  faultOf,
  type ImagePart,
  imageParts,
  imagesKey,
  type Lock,
  type LockFault,
  unpinned,
  withDigests,
} from './lock.ts'
import { lockFileText, readLockFile, writeLockFile } from './lock-file.ts'

/** What a lock has to ask of those who know images. */
export interface LockSources {
  /** @throws TaskError when they cannot be found */
  readonly imagesOf: (part: ImagePart) => Promise<readonly string[]>
  /** @throws TaskError when its registry does not say */
  readonly digestOf: (image: string) => Promise<string>
}

/** Tasks with the digests of their images. */
interface Locked {
  readonly tasks: readonly PlannedTask[]
  /** Whether the lock file has changed; absent where it is not to. */
  readonly isChanged?: boolean
}

/** Reads the tasks by a lock; null: without one, and without judging their images. */
type Read = (lock: Lock | null) => PlannedTask[]

/** As many registries or images are asked at once. */
const AT_ONCE = 8

/**
 * The tasks with the digests of their images (IMX-3), as the input `lock` says: `use` takes those of the lock file and
 * asks no registry; `check` also asks the registries whether an image has moved since; `write` takes what the
 * registries have, and writes the file. Without the input a lock file that is there is used.
 * @param read reads all tasks of the file, and throws when the lock has faults
 */
export async function lockTasks(
  { lock: mode, 'lock-file': path }: Pick<PlanInputs, 'lock' | 'lock-file'>,
  place: { readonly workspace: string; readonly source: string },
  sources: LockSources,
  read: Read,
): Promise<Locked | null> {
  if (mode === 'none') return null
  const kept = await readLockFile(path, place.workspace)
  if (mode === undefined && kept === null) return null
  const tasks = read(null)
  const images = await findImages(tasks, sources)
  const wanted = toLock(tasks, images)
  const asked = mode === 'write' ? wanted : wanted.filter((name) => kept?.[name] !== undefined)
  const answers = mode === 'check' || mode === 'write' ? await askAll(asked, sources) : new Map()
  const state = mode === 'write' ? freshState(wanted, answers) : keptState(wanted, kept ?? {}, answers, path)
  const lock: Lock = { ...state, imagesOf: (part) => images.get(imagesKey(part)) ?? [] }
  const locked = read(lock).map((task) => withDigests(task, lock))
  return { tasks: locked, ...(mode === 'write' && (await write(path, place, kept, state.digests))) }
}

const partsOf = (tasks: readonly PlannedTask[]): ImagePart[] =>
  tasks.flatMap(({ spec }) => (spec === null ? [] : imageParts(spec).map(({ part }) => part)))

/** All images that need a digest. */
function toLock(tasks: readonly PlannedTask[], images: ReadonlyMap<string, FoundImages>): string[] {
  const names = partsOf(tasks).flatMap((part) => {
    const found = images.get(imagesKey(part))
    return !found || 'message' in found ? [] : unpinned(found, part)
  })
  return [...new Set(names)]
}

async function findImages(
  tasks: readonly PlannedTask[],
  { imagesOf }: LockSources,
): Promise<Map<string, FoundImages>> {
  const parts = new Map(partsOf(tasks).map((part) => [imagesKey(part), part] as const))
  const found = new Map<string, FoundImages>()
  await eachOf(parts, AT_ONCE, async ([key, part]) => {
    found.set(key, await imagesOf(part).catch(faultOf))
  })
  return found
}

type Answer = string | LockFault

async function askAll(
  images: readonly string[],
  { digestOf }: LockSources,
): Promise<ReadonlyMap<string, Answer>> {
  const answers = new Map<string, Answer>()
  if (images.length > 0)
    runner.info(
      `Asking the registries for ${images.length === 1 ? '1 digest' : `${images.length} digests`} …`,
    )
  await eachOf(images, AT_ONCE, async (image) => {
    answers.set(image, await digestOf(image).catch(faultOf))
  })
  return answers
}

type State = Pick<Lock, 'digests' | 'faults'>

/** What the registries have now. */
function freshState(images: readonly string[], answers: ReadonlyMap<string, Answer>): State {
  const digests: Record<string, string> = {}
  const faults = new Map<string, LockFault>()
  for (const image of images) {
    const answer = answers.get(image)
    if (typeof answer === 'string') digests[image] = answer
    else if (answer !== undefined) faults.set(image, answer)
  }
  return { digests, faults }
}

/** What the lock file has, and where the registries were asked, whether that is still so. */
function keptState(
  images: readonly string[],
  kept: Digests,
  answers: ReadonlyMap<string, Answer>,
  path: string,
): State {
  const faults = new Map<string, LockFault>()
  for (const image of images) {
    const digest = Object.hasOwn(kept, image) ? kept[image] : undefined
    const answer = answers.get(image)
    if (digest === undefined)
      faults.set(image, {
        message: `has no digest in ${path}; plan with lock: write and commit the file`,
        code: 'ACODE-CTN-006',
      })
    else if (typeof answer === 'object') faults.set(image, answer)
    else if (answer !== undefined && answer !== digest)
      faults.set(image, {
        message: `has moved: ${path} has ${digest}, and its registry has ${answer}; plan with lock: write to take the new one`,
        code: 'ACODE-CTN-004',
      })
  }
  return { digests: kept, faults }
}

async function write(
  path: string,
  { workspace, source }: { readonly workspace: string; readonly source: string },
  before: Digests | null,
  after: Digests,
): Promise<Pick<Locked, 'isChanged'>> {
  const changes = changesOf(before ?? {}, after)
  const isChanged = before === null || changes.length > 0
  if (isChanged) await writeLockFile(path, workspace, lockFileText(after, source))
  if (isChanged) runner.group(`Written ${path}`, changes)
  else runner.info(`${path} is as the registries are.`)
  return { isChanged }
}

/** What differs between two locks, a line for each image. */
export function changesOf(before: Digests, after: Digests): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return names.flatMap((name) => {
    const [old, now] = [before[name], after[name]]
    if (old === now) return []
    if (now === undefined) return [`- ${name}: no task uses it any more`]
    return [`- ${name}: ${now}${old === undefined ? ', new' : `, was ${old}`}`]
  })
}

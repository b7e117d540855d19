import { access, readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join, relative } from 'node:path'
import { isWithin, withoutLinks } from '../host/files.ts'
import type { Container, ContainerMount } from './container-answers.ts'
import type { Containers } from './containers.ts'
import type { Endpoint } from './transport/connection.ts'

/** Says where the engine's machine has a path of ours; null when it has none. */
export type PathTranslation = (path: string) => string | null

/** Where this process runs, as the engine sees it. */
export interface OwnPlace {
  /** The full id of our own container; null when we run in none that is the engine's. */
  readonly container: string | null
  /** False when the engine may have other files at our paths, or none: that it has ours is to be proven. */
  readonly isCertain: boolean
  readonly translate: PathTranslation
}

type Mounted = Pick<Container, 'mounts' | 'upperFolder'>

const samePaths = (isCertain: boolean): OwnPlace => ({
  container: null,
  isCertain,
  translate: (path) => path,
})

/**
 * How the engine names our paths. On the machine itself they are the same. In a container (a job container with
 * the host's socket) the engine knows our mounts under the names that they have on its machine.
 * @throws EngineError
 */
export async function askOwnPlace(containers: Containers, { socket }: Endpoint): Promise<OwnPlace> {
  if (!(await isInContainer())) return samePaths(socket !== null)
  const mounts = await ownMounts()
  const found = await containers.find(ownId(mounts) ?? hostname())
  // None of this engine's containers, or another one of our name: what the engine sees shows when it is tried.
  if (found === null) return samePaths(false)
  const known = { ...found, mounts: found.mounts.map(atRealPath) }
  if (!isOurs(known, mounts)) return samePaths(false)
  const translate = translationBy(known.mounts, mounts)
  return { container: found.id, isCertain: true, translate: (path) => translate(withoutLinks(path)) }
}

/** The system names mounts by their paths without links (`/run/docker.sock`), the engine as they were asked for. */
const atRealPath = (mount: ContainerMount): ContainerMount => ({
  ...mount,
  target: withoutLinks(mount.target),
})

/**
 * The translation of a container's paths, free of links, by what the engine has mounted into it. What is mounted by
 * others (a tmpfs, or within the container) the engine's machine has elsewhere or not at all; nor has it, at its name
 * of a folder, what is mounted below that folder from elsewhere.
 */
export function translationBy(mounts: Mounted['mounts'], own: readonly OwnMount[]): PathTranslation {
  const sources = new Map(
    mounts.flatMap(({ type, source, target }) =>
      type === 'tmpfs' || source === '' ? [] : [[target, source]],
    ),
  )
  const targets = [...new Set(own.map(({ target }) => target))]
  const translate = (path: string): string | null => {
    const [over] = targets.filter((target) => isWithin(path, target)).sort((a, b) => b.length - a.length)
    const source = over === undefined ? undefined : sources.get(over)
    return over === undefined || source === undefined ? null : join(source, relative(over, path))
  }
  return (path) => {
    const translated = translate(path)
    if (translated === null) return null
    const below = targets.filter((target) => target !== path && isWithin(target, path))
    const isWhole = below.every((target) => translate(target) === join(translated, relative(path, target)))
    return isWhole ? translated : null
  }
}

/** Whether this process runs in a container, by the signs that engines leave in it. */
export async function isInContainer(): Promise<boolean> {
  const [docker, podman] = await Promise.allSettled([access('/.dockerenv'), access('/run/.containerenv')])
  if (podman?.status === 'fulfilled') return true
  return docker?.status === 'fulfilled' && hasEngineFiles(await ownMounts())
}

/**
 * Whether an engine has mounted its files into where this process is. The sign in the root folder alone is also in
 * virtual machines whose disk was made of an image.
 */
export const hasEngineFiles = (mounts: readonly OwnMount[]): boolean =>
  mounts.some(({ target }) => ENGINE_FILES.includes(target))

/** One line of /proc/self/mountinfo (proc_pid_mountinfo(5)). */
export interface OwnMount {
  /** What of its file system is mounted. */
  readonly root: string
  readonly target: string
  /** Options of the file system, such as an overlay's `upperdir=…`. */
  readonly options: string
}

/** What is mounted where this process is; nothing when the system does not say. */
export const ownMounts = async (): Promise<OwnMount[]> =>
  parseMounts(await readFile('/proc/self/mountinfo', 'utf8').catch(() => ''))

/** Reads /proc/self/mountinfo. */
export function parseMounts(mountinfo: string): OwnMount[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [head = '', tail = ''] = line.split(' - ')
    const [, , , root, target] = head.split(' ')
    if (root === undefined || target === undefined) return []
    return [{ root: unescaped(root), target: unescaped(target), options: tail.split(' ').slice(2).join(' ') }]
  })
}

/** Blanks and the like are in octal. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))

/** What engines mount into each container from its own folder. Another's folders can be mounted anywhere else. */
const ENGINE_FILES = ['/etc/hostname', '/etc/hosts', '/etc/resolv.conf']

/** The id of our own container by the files that engines mount into it; null when they do not say it as one. */
export function ownId(mounts: readonly OwnMount[]): string | null {
  const ids = mounts
    .filter(({ target }) => ENGINE_FILES.includes(target))
    .flatMap(({ root }) => /(?:^|[/-])containers\/([0-9a-f]{64})\//.exec(root)?.[1] ?? [])
  return new Set(ids).size === 1 ? (ids[0] ?? null) : null
}

/**
 * True when a container of the engine is the one we are in: it has something mounted, and what it has mounted we have,
 * at the same places. One whose network we share gives us its files of names, and any container can have our
 * host name.
 */
export function isOurs({ mounts, upperFolder }: Mounted, own: readonly OwnMount[]): boolean {
  const root = own.findLast(({ target }) => target === '/')?.options ?? ''
  const ownUpper = /(?:^|,)upperdir=([^,]+)/.exec(root)?.[1]
  if (upperFolder !== null && ownUpper !== undefined) return upperFolder === ownUpper
  const bound = mounts.filter(({ type }) => type === 'bind' || type === 'volume')
  return (
    bound.length > 0 &&
    bound.every(({ source, target }) => {
      const mount = own.findLast((one) => one.target === target)
      return mount !== undefined && (source.endsWith(mount.root) || mount.root.endsWith(source))
    })
  )
}

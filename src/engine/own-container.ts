import { access, readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { z } from 'zod'
import type { Docker } from './docker.ts'

/** Tells where the engine's machine has a path of ours; null where it has none. */
export type PathTranslation = (path: string) => string | null

const mountsSchema = z.array(z.object({ Source: z.string(), Destination: z.string() }))

/**
 * How the engine names our paths. On the machine itself they are the same. In a container (a job container with
 * the host's socket) the engine knows our mounts under the names that they have on its machine.
 */
export async function pathTranslation(docker: Docker): Promise<PathTranslation> {
  if (!(await inContainer())) return (path) => path
  const json = await docker.find(['container', 'inspect', '--format', '{{json .Mounts}}', await ownId()])
  // Not one of this engine's containers (the sign may be a leftover): what it sees shows when it is tried.
  if (json === null) return (path) => path
  const mounts = mountsSchema
    .parse(JSON.parse(json))
    .sort((a, b) => b.Destination.length - a.Destination.length)
  return (path) => {
    const mount = mounts.find(
      ({ Destination }) => path === Destination || path.startsWith(`${Destination.replace(/\/$/, '')}/`),
    )
    return mount ? mount.Source + path.slice(mount.Destination.replace(/\/$/, '').length) : null
  }
}

async function inContainer(): Promise<boolean> {
  const signs = await Promise.allSettled([access('/.dockerenv'), access('/run/.containerenv')])
  return signs.some((sign) => sign.status === 'fulfilled')
}

/** The id of our own container: from the files that engines mount into it, else its host name. */
async function ownId(): Promise<string> {
  const mounts = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')
  return /\/containers\/([0-9a-f]{64})\//.exec(mounts)?.[1] ?? hostname()
}

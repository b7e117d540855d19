import type { Image } from '../image/image.ts'
import type { ServiceSpec } from '../task/services.ts'

/** By what a service shows that it is ready. */
export type Sign =
  | { readonly by: 'health' }
  /** `isOwn`: the service names the port; else any of those that its image names will do. */
  | { readonly by: 'port'; readonly ports: readonly number[]; readonly isOwn: boolean }
  | { readonly by: 'log'; readonly text: string }
  | { readonly by: 'start' }

/**
 * What a service waits for: what `ready` names, else its health check, else a port that its image exposes. Of a service
 * that has none of them nothing is known but that it runs.
 */
export function signOf(
  { ready, health }: Pick<ServiceSpec, 'ready' | 'health'>,
  image: Pick<Image, 'hasHealthCheck' | 'ports'>,
): Sign {
  if (ready.port !== undefined) return { by: 'port', ports: [ready.port], isOwn: true }
  if (ready.log !== undefined) return { by: 'log', text: ready.log }
  if (ready.health || health !== undefined || image.hasHealthCheck) return { by: 'health' }
  if (image.ports.length > 0) return { by: 'port', ports: image.ports, isOwn: false }
  return { by: 'start' }
}

/** The sign in words, as what is waited for: `its health check`, `port 5432`. */
export function wordsOf(sign: Sign): string {
  if (sign.by === 'health') return 'its health check'
  if (sign.by === 'log') return `a line with ${JSON.stringify(sign.text)}`
  if (sign.by === 'start') return 'its start'
  return sign.ports.length === 1 ? `port ${sign.ports[0]}` : `one of the ports ${sign.ports.join(', ')}`
}

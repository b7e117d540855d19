/** The server of Docker Hub, as Docker's configuration names it. */
export const DOCKER_HUB = 'https://index.docker.io/v1/'

const HUB_HOSTS: ReadonlySet<string> = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io'])

/**
 * The name under which a registry's credentials are kept: `ghcr.io`, `127.0.0.1:5000`, and for Docker Hub its old
 * address, in all spellings that people know.
 */
export function registryKey(server: string): string {
  const host = server
    .trim()
    .replace(/^https?:\/\//i, '')
    .replace(/\/.*$/s, '')
    .toLowerCase()
  return HUB_HOSTS.has(host) ? DOCKER_HUB : host
}

/** The {@link registryKey} of the registry that an image reference names; without one it is Docker Hub. */
export function registryOf(reference: string): string {
  const [first = '', ...rest] = reference.split('/')
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  return isHost ? registryKey(first) : DOCKER_HUB
}

/** A reference in two: the repository, and its digest, else its tag, else `latest`. */
export function splitReference(reference: string): { readonly repository: string; readonly tag: string } {
  const [named = '', digest] = reference.split('@')
  const [, repository = named, tag = 'latest'] = /^(.*):([^/:]*)$/s.exec(named) ?? []
  return { repository, tag: digest ?? tag }
}

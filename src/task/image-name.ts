import { matches } from '../formats/star-pattern.ts'

/**
 * An image reference, or a pattern of ones, with its registry in front: `node:22` is `docker.io/library/node:22`, and
 * `node:22/x` is the image `x` of the registry `node:22`.
 */
export function inFull(reference: string): string {
  const [first = '', ...rest] = reference.split('/')
  // The engines' rule: only what looks like the name of a host is one.
  if (rest.length === 0) return `docker.io/library/${reference}`
  if (first === 'index.docker.io') return inFull(['docker.io', ...rest].join('/'))
  if (first === 'docker.io') return rest.length === 1 ? `docker.io/library/${rest[0]}` : reference
  return /[.:]/.test(first) || first === 'localhost' ? reference : `docker.io/${reference}`
}

/** True when one of the patterns matches an image, with or without the tag `latest` that is meant by none. */
export function isAllowedImage(image: string, patterns: readonly string[]): boolean {
  const whole = inFull(image)
  const tagged = /[:@][^/]*$/.test(whole) ? whole : `${whole}:latest`
  return patterns.some((pattern) => {
    // A pattern that begins with a star stands for any registry.
    const full = pattern.startsWith('*') ? pattern : inFull(pattern)
    return matches(full, whole) || matches(full, tagged)
  })
}

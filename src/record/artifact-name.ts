/** The name of an artifact as the service takes it: its forbidden characters become hyphens. */
export function artifactName(name: string): string {
  return name.replace(/[\\/":<>|*?\r\n]/g, '-')
}

/**
 * A name that the workflow gives, for this attempt of its run: it is the same in each of them, and the service takes a
 * name once. From the second attempt on the name has the attempt.
 */
export function attemptName(name: string, attempt = ''): string {
  return Number(attempt) > 1 ? `${name}-attempt-${attempt}` : name
}

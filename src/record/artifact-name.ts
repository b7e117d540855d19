/** The name of an artifact as the service takes it: its forbidden characters become hyphens. */
export function artifactName(name: string): string {
  return name.replace(/[\\/":<>|*?\r\n]/g, '-')
}

/** Where people find an artifact of this run; null when the runner does not say which run it is. */
export function artifactLink(env: NodeJS.ProcessEnv, id: number | string): string | null {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = env
  if (!GITHUB_SERVER_URL || !GITHUB_REPOSITORY || !GITHUB_RUN_ID) return null
  return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}/artifacts/${id}`
}

/**
 * A name that the workflow gives, for this attempt of its run: it is the same in each of them, and the service takes a
 * name once. From the second attempt on the name has the attempt.
 */
export function attemptName(name: string, attempt = ''): string {
  return Number(attempt) > 1 ? `${name}-attempt-${attempt}` : name
}

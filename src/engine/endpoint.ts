/**
 * Where the CLI finds its engine: `DOCKER_HOST`, or what the current context says. This reads the CLI's own
 * files only and cannot hang, so it goes through the toolkit's unbounded `exec`.
 */
export async function engineEndpoint(): Promise<string> {
  const { getExecOutput } = await import('@actions/exec')
  // `env` looks the CLI up: the toolkit would tell of each folder on PATH that this user may not enter.
  const args = ['docker', 'context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']
  const asked = await getExecOutput('/usr/bin/env', args, { silent: true, ignoreReturnCode: true }).catch(
    () => null,
  )
  const endpoint = asked?.exitCode === 0 ? asked.stdout.trim() : ''
  return endpoint || process.env.DOCKER_HOST || 'unix:///var/run/docker.sock'
}

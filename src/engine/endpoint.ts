import { run } from '../host/process.ts'

/** The CLI reads its own files only for its answer. */
const LIMIT_MS = 10_000

/** Where the CLI finds its engine: `DOCKER_HOST`, or what the current context says. */
export async function engineEndpoint(): Promise<string> {
  const args = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']
  const asked = await run('docker', args, { timeoutMs: LIMIT_MS }).catch(() => null)
  const endpoint = asked?.code === 0 ? asked.stdout.trim() : ''
  return endpoint || process.env.DOCKER_HOST || 'unix:///var/run/docker.sock'
}

import { onTestFinished } from 'vitest'
import { tcpProxy } from './engine-proxy.ts'
import type { JobOptions } from './runner.ts'

/**
 * A job whose steps are not root's and reach the engine all the same, as long as the test runs. Where the tests
 * themselves are not root, the job is like any other.
 */
export async function unprivileged(): Promise<Pick<JobOptions, 'user' | 'env'>> {
  if (process.getuid?.() !== 0) return {}
  const proxy = await tcpProxy()
  onTestFinished(() => proxy.stop())
  return { user: { uid: 1234, gid: 1234 }, env: { DOCKER_HOST: proxy.dockerHost } }
}

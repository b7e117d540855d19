import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'

const proxySchema = z.object({
  httpProxy: z.string().optional(),
  httpsProxy: z.string().optional(),
  noProxy: z.string().optional(),
  ftpProxy: z.string().optional(),
  allProxy: z.string().optional(),
})

/** What `docker login` keeps of a registry; `auth` is `USER:PASSWORD` in Base64. */
const authSchema = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
  registrytoken: z.string().optional(),
})

const configSchema = z.object({
  currentContext: z.string().optional(),
  proxies: z.record(z.string(), proxySchema).optional(),
  // What is of no use to a pull does not cost it the rest of the file.
  auths: z.record(z.string(), authSchema).optional().catch(undefined),
  credHelpers: z.record(z.string(), z.string()).optional().catch(undefined),
  credsStore: z.string().optional().catch(undefined),
})

/** What is of interest in the configuration of Docker's CLI (docs.docker.com/reference/cli/docker/#configuration-files). */
export type DockerConfig = z.output<typeof configSchema>

/** The configuration of the CLI; an empty one when there is none that can be read: the CLI says so itself. */
export function dockerConfig(env: NodeJS.ProcessEnv): DockerConfig {
  try {
    const folder = env.DOCKER_CONFIG || join(env.HOME || homedir(), '.docker')
    return configSchema.safeParse(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))).data ?? {}
  } catch {
    return {} // none, or no JSON
  }
}

/** Where Docker's CLI finds its engine, where that is known without asking it; null when a context says it. */
export function knownHost(env: NodeJS.ProcessEnv, config: DockerConfig): string | null {
  if (env.DOCKER_HOST) return env.DOCKER_HOST
  const context = env.DOCKER_CONTEXT || config.currentContext || 'default'
  if (context !== 'default') return null
  return env.DOCKER_TLS_VERIFY || env.DOCKER_TLS ? 'tcp://localhost:2376' : 'unix:///var/run/docker.sock'
}

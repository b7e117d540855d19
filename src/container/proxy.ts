import type { DockerConfig } from '../engine/registry/docker-config.ts'
import type { Endpoint } from '../engine/transport/connection.ts'
import { percentDecoded } from '../formats/percent.ts'
import type { ContainerSpec } from '../task/contract.ts'

/** The proxies that a task gets. */
export interface Proxies {
  readonly variables: Readonly<Record<string, string>>
  /** What Docker's CLI adds by its configuration, to a container whose variables are not named otherwise. */
  readonly ofCli: CliProxies
  /** Passwords in them. */
  readonly secrets: readonly string[]
}

/** The variables of proxies, and the fields of Docker's configuration for them. */
const NAMES = {
  HTTP_PROXY: 'httpProxy',
  HTTPS_PROXY: 'httpsProxy',
  NO_PROXY: 'noProxy',
  FTP_PROXY: 'ftpProxy',
  ALL_PROXY: 'allProxy',
} as const

/** Proxies of Docker's own configuration. */
export interface CliProxies {
  readonly variables: Readonly<Record<string, string>>
  /** Whether the CLI reaches its engine by a socket of this machine, and so by no proxy, whatever its own variables say. */
  readonly isLocal: boolean
}

/**
 * The proxies of a task by its input `proxy`. Programs look for them in either case, so that each is there in both.
 * @param endpoint where the engine is: Docker's configuration may have proxies for one engine alone
 * @param near hosts that no proxy knows: services
 */
export function proxiesOf(
  choice: ContainerSpec['proxy'],
  runner: NodeJS.ProcessEnv,
  config: DockerConfig,
  { host, place }: Pick<Endpoint, 'host' | 'place'>,
  near: readonly string[] = [],
): Proxies {
  const configured = configuredProxies(config, host)
  const chosen = choice === 'none' ? {} : choice === 'runner' ? runnersProxies(runner) : configured
  const variables = pastProxies(chosen, near)
  return {
    variables,
    ofCli: { variables: configured, isLocal: place === 'socket' },
    secrets: [...new Set(Object.values(variables).flatMap(passwordsIn))],
  }
}

/** Adds hosts to those that are reached without a proxy, where there is one. */
function pastProxies(
  variables: Readonly<Record<string, string>>,
  near: readonly string[],
): Record<string, string> {
  const hasProxy = Object.keys(variables).some((name) => !/^no_proxy$/i.test(name))
  if (!hasProxy || near.length === 0) return { ...variables }
  const listed = (name: string) => [variables[name] ?? '', ...near].filter((one) => one !== '').join(',')
  return { ...variables, NO_PROXY: listed('NO_PROXY'), no_proxy: listed('no_proxy') }
}

function configuredProxies({ proxies = {} }: DockerConfig, host: string): Record<string, string> {
  const own = proxies[host] ?? proxies.default ?? {}
  return inBothCases((name) => own[NAMES[name]])
}

const runnersProxies = (env: NodeJS.ProcessEnv): Record<string, string> => ({
  ...inBothCases((name) => env[name] || env[name.toLowerCase()]),
  // Where both are set to something else, that is meant.
  ...Object.fromEntries(
    Object.keys(NAMES).flatMap((name) => {
      const value = env[name.toLowerCase()]
      return value ? [[name.toLowerCase(), value]] : []
    }),
  ),
})

function inBothCases(read: (name: keyof typeof NAMES) => string | undefined): Record<string, string> {
  const found: Record<string, string> = {}
  let name: keyof typeof NAMES
  for (name in NAMES) {
    const value = read(name)
    if (!value) continue
    found[name] = value
    found[name.toLowerCase()] = value
  }
  return found
}

/** What is before the @ of a URL: its password as it is written and as it is meant, or all of it where it is one word. */
function passwordsIn(value: string): string[] {
  const [, info] = /^(?:[a-z][a-z0-9+.-]*:\/\/)?([^/\s]+)@/i.exec(value) ?? []
  if (info === undefined) return []
  const password = info.includes(':') ? info.slice(info.indexOf(':') + 1) : info
  return password === '' ? [] : [password, percentDecoded(password)]
}

import type { EngineFacts } from '../../engine/facts.ts'
import type { Endpoint } from '../../engine/transport/connection.ts'

/** What is seen of runner and engine, of which everything here is a function. */
export interface TopologyFacts {
  /** As Node.js names it: `linux`, `darwin`, `win32`. */
  readonly os: string
  /** `RUNNER_ENVIRONMENT`: `github-hosted` or `self-hosted`; null when the runner does not say. */
  readonly environment: string | null
  /** Whether this process runs in a container, of whatever engine. */
  readonly inContainer: boolean
  /** Whether that is in a pod of Kubernetes. */
  readonly inPod: boolean
  /** Where the engine is. */
  readonly endpoint: Pick<Endpoint, 'host' | 'place'>
  /** Null when the engine says nothing of itself. */
  readonly engine: Pick<EngineFacts, 'software' | 'osType' | 'isRootless' | 'isRemapped'> | null
  /** True when the engine knows the container that we run in. */
  readonly isOurEngine: boolean
  /** True when the engine listens on a socket of the runner's own user. */
  readonly isOwnSocket: boolean
}

/** Where runner and engine are in one line, for instance `self-hosted runner; Docker 28.5.1 of this machine`. */
export function topologyLine(facts: TopologyFacts): string {
  const { engine, endpoint, isOwnSocket } = facts
  const whose = isOwnSocket ? 'of the runner’s user' : 'of another user'
  const notes = [
    ...(engine?.isRootless ? [`rootless ${whose}`] : []),
    ...(engine?.isRemapped ? ['with userns-remap'] : []),
    ...(facts.os === 'linux' ? [] : ['not tested here']),
  ]
  const about = [engine?.software ?? 'an engine that does not say what it is', enginePlace(facts), ...notes]
  return `${runnerOf(facts)}; ${about.join(', ')} (${endpoint.host || 'its default address'})`
}

function runnerOf({ os, environment, inContainer, inPod }: TopologyFacts): string {
  const where = inPod ? ' in a pod of Kubernetes' : inContainer ? ' in a container' : ''
  const system = SYSTEMS[os] ?? os
  return `${environment === null ? '' : `${environment} `}${system} runner${where}`
}

const SYSTEMS: Readonly<Record<string, string>> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' }

function enginePlace({ inContainer, isOurEngine, endpoint: { place }, os }: TopologyFacts): string {
  if (inContainer && isOurEngine) return 'which started this container'
  if (inContainer)
    return place === 'socket' ? 'which did not start this container' : 'by its side or elsewhere'
  if (place === 'socket') return os === 'linux' ? 'of this machine' : 'in a virtual machine of this one'
  return place === 'loopback' ? 'on a port of this machine' : 'elsewhere'
}

/** Why no task can run here, with what to do about it; null when one can. */
export function topologyRefusal({ engine }: Pick<TopologyFacts, 'engine'>): string | null {
  if (engine?.osType !== 'windows') return null
  return `The engine (${engine.software}) runs Windows containers, and each task is a Linux container. Use a Linux runner (runs-on: ubuntu-latest), or switch the engine to Linux containers (Docker Desktop: DockerCli.exe -SwitchLinuxEngine).`
}

/** What to do where there is no engine on a machine of this kind; null on a Linux machine, whose owner can install one. */
export function adviceWithoutEngine({ os, inPod }: Pick<TopologyFacts, 'os' | 'inPod'>): string | null {
  if (os === 'darwin')
    return 'GitHub’s macOS runners have no container engine: use a Linux runner (runs-on: ubuntu-latest). On your own Mac, start Docker Desktop or Colima.'
  if (os === 'win32')
    return 'Windows runners have no engine for Linux containers: use a Linux runner (runs-on: ubuntu-latest). On your own machine, start Docker Desktop with Linux containers.'
  if (inPod)
    return 'This runner is a pod of Kubernetes, whose container hooks start pods and no containers for tasks: give it an engine (actions-runner-controller: containerMode type dind), or point DOCKER_HOST to one that the pod reaches.'
  return null
}

/** Whether these are the variables of a process in a pod: Kubernetes sets the one, its runner’s hooks need the other. */
export const isInPod = (env: NodeJS.ProcessEnv): boolean =>
  (env.KUBERNETES_SERVICE_HOST ?? '') !== '' || /k8s|kube/i.test(env.ACTIONS_RUNNER_CONTAINER_HOOKS ?? '')

import type { EngineReason } from '../../engine/errors.ts'
import { sentence } from '../../errors.ts'
import { adviceWithoutEngine } from './topology.ts'

/** One thing that keeps us from the engine. */
export interface Gap {
  readonly reason: EngineReason
  readonly message: string
}

/** Where we are, as far as the advice depends on it. */
interface Place {
  /** True in the job's container, or a runner's. */
  readonly inContainer: boolean
  /** As Node.js names it; default `linux`. */
  readonly os?: string
  /** True in a pod of Kubernetes. */
  readonly inPod?: boolean
  /** The group of the engine's socket; null when there is no socket here. */
  readonly socketGroup: number | null
}

/** The client is needed for what it does best: creating containers and pulling images. */
export const NO_CLI: Gap = { reason: 'missing', message: 'the docker command is not on PATH' }

/** What is missing, each with what to do about it. */
export const gapsText = (gaps: readonly Gap[], place: Place): string =>
  gaps.map(({ reason, message }) => `${sentence(message)} ${adviceFor(reason, place)}`).join(' Besides, ')

const UPDATE =
  'Update the engine or the docker command, whichever is older (docker version prints both), and remove DOCKER_API_VERSION where the runner’s environment sets it.'

function adviceFor(reason: EngineReason, place: Place): string {
  if (reason === 'no-common-version') return UPDATE
  const { os = 'linux', inPod = false, inContainer, socketGroup } = place
  const elsewhere = reason === 'denied' ? null : adviceWithoutEngine({ os, inPod })
  if (elsewhere !== null) return elsewhere
  if (reason === 'missing')
    return inContainer
      ? 'Put the docker command into the image of this container (COPY --from=docker:cli /usr/local/bin/docker /usr/local/bin/), or mount a static one from its machine.'
      : 'Install Docker on this runner, or use a runner that has it.'
  if (reason === 'denied')
    return inContainer && socketGroup !== null
      ? `Let this container’s user use the engine: run the container as root, or with the group of the socket (container: options: --group-add ${socketGroup}).`
      : 'Let the runner’s user use the engine: add it to the group that its socket belongs to (mostly docker) and start the runner again, or point DOCKER_HOST to its own engine.'
  return inContainer
    ? 'Mount the socket of an engine into this container (/var/run/docker.sock), or point DOCKER_HOST to an engine that this container reaches.'
    : 'Start Docker on this runner, or point DOCKER_HOST to an engine.'
}

import { OOM_SCORE } from '../container/arguments.ts'
import { describeLimits, describeWalls } from '../container/describe.ts'
import type { Mount } from '../container/mounts/mount.ts'
import { METADATA_ADDRESS, type Network, NO_RESOLVER } from '../container/network.ts'
import type { TaskUser } from '../container/user/user.ts'
import {
  type ContainerDescription,
  type HealthcheckDescription,
  type MountDescription,
  NANOSECONDS,
} from '../engine/container-description.ts'
import type { Image } from '../image/image.ts'
import { limitsOf, type ServiceSpec } from '../task/services.ts'

/** Everything that the container of a service is made from. */
export interface ServicePlan {
  /** The name under which the task reaches it. */
  readonly name: string
  /** The name of its container. */
  readonly container: string
  readonly spec: ServiceSpec
  readonly image: Pick<Image, 'id' | 'reference' | 'command' | 'hasHealthCheck'>
  readonly labels: Readonly<Record<string, string>>
  /** Null: the image's own. */
  readonly user: TaskUser | null
  readonly network: Network
  readonly mounts: readonly Mount[]
}

/** Where the secrets of a service are, each a file of its name. Images of databases read them there (`*_FILE`). */
export const SECRETS = '/run/secrets'

/** The container as the engine is asked for it: pure. Values of variables are on no command line (RUN-5). */
export function describeService(plan: ServicePlan): ContainerDescription {
  const { name, spec, image, labels, user, network } = plan
  return {
    Image: image.id,
    Hostname: name,
    Labels: labels,
    Env: Object.entries(spec.env).map(([key, value]) => `${key}=${value}`),
    User: user?.option,
    ...commandIn(spec, image),
    Healthcheck: spec.health && healthIn(spec.health),
    HostConfig: {
      NetworkMode: network.name,
      Dns: network.isInternal ? [NO_RESOLVER] : undefined,
      // What it prints goes to us alone: nothing is kept on the engine's disk.
      LogConfig: { Type: 'none' },
      OomScoreAdj: OOM_SCORE,
      ...describeWalls(spec.profile),
      ...describeLimits(limitsOf(spec)),
      ShmSize: spec.shmSize,
      GroupAdd: user?.groups?.map(String),
      Tmpfs: Object.fromEntries(spec.tmpfs.map((mount) => tmpfsOf(mount, user))),
      Mounts: plan.mounts.flatMap(mountIn),
    },
    NetworkingConfig: {
      EndpointsConfig: {
        [network.name]: {
          Aliases: [name],
          IPAMConfig: network.hidesMetadata ? { LinkLocalIPs: [METADATA_ADDRESS] } : undefined,
        },
      },
    },
  }
}

/** An entrypoint that is named gets the command that is named; one that is switched off leaves the image's command. */
function commandIn(
  { entrypoint, command }: ServiceSpec,
  image: Pick<Image, 'command'>,
): Pick<ContainerDescription, 'Entrypoint' | 'Cmd'> {
  return entrypoint?.length === 0
    ? { Entrypoint: [''], Cmd: command ?? image.command }
    : { Entrypoint: entrypoint, Cmd: command }
}

function healthIn({
  cmd,
  interval,
  timeout,
  retries,
  startPeriod,
}: NonNullable<ServiceSpec['health']>): HealthcheckDescription {
  return {
    Test: typeof cmd === 'string' ? ['CMD-SHELL', cmd] : ['CMD', ...cmd],
    Interval: Math.round(interval * NANOSECONDS),
    Timeout: Math.round(timeout * NANOSECONDS),
    Retries: retries,
    StartPeriod: Math.round(startPeriod * NANOSECONDS),
  }
}

/** A file system in memory belongs to the service's user, who may be none that could make it its own. */
function tmpfsOf(mount: string, user: TaskUser | null): [string, string] {
  const [, path = '', options = ''] = /^([^:]*):?(.*)$/s.exec(mount) ?? []
  const own = user === null || user.uid === 0 || /\buid=/.test(options) ? [] : ownedBy(user, options)
  return [path, [...own, options].filter((one) => one !== '').join(',')]
}

const ownedBy = ({ uid, gid }: TaskUser, options: string): string[] => [
  `uid=${uid}`,
  `gid=${gid}`,
  ...(/\bmode=/.test(options) ? [] : ['mode=0700']),
]

const mountIn = (mount: Mount): MountDescription[] =>
  mount.type === 'bind' ? [{ Type: 'bind', Source: mount.source, Target: mount.target, ReadOnly: true }] : []

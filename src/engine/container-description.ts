import type { Labels } from './labels.ts'

/** The Engine API counts times and processors by it. */
export const NANOSECONDS = 1e9

/**
 * A container as the Engine API describes one to be created: the fields that are in use, each by the API's own name
 * (docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerCreate). A field that is
 * undefined is not sent, and the engine's or the image's own counts. They are written without spreads of conditions,
 * in which a name that the API does not have would compile.
 */
export interface ContainerDescription {
  /** By its id, or by a reference. */
  readonly Image: string
  readonly Labels?: Labels | undefined
  readonly Hostname?: string | undefined
  /** `UID:GID`, or names that the image knows. */
  readonly User?: string | undefined
  /** `NAME=VALUE` each. */
  readonly Env?: readonly string[] | undefined
  /** One empty word is none. */
  readonly Entrypoint?: readonly string[] | undefined
  readonly Cmd?: readonly string[] | undefined
  readonly Healthcheck?: HealthcheckDescription | undefined
  readonly HostConfig: HostDescription
  readonly NetworkingConfig?: NetworkingDescription | undefined
}

/** What a container is given of the engine's machine: `HostConfig` of the API. */
export interface HostDescription {
  /** The network on which it is created, `none` among them. */
  readonly NetworkMode: string
  /** Addresses of resolvers. */
  readonly Dns?: readonly string[] | undefined
  /** Where the engine keeps what it prints: `none`, nowhere. */
  readonly LogConfig?: { readonly Type: 'none' } | undefined
  /** Whether an init of the engine's is its first process. */
  readonly Init?: boolean | undefined
  readonly Runtime?: string | undefined
  readonly SecurityOpt?: readonly string[] | undefined
  readonly CapDrop?: readonly string[] | undefined
  readonly ReadonlyRootfs?: boolean | undefined
  /** Supplementary groups. */
  readonly GroupAdd?: readonly string[] | undefined
  readonly OomScoreAdj?: number | undefined
  readonly PidsLimit?: number | undefined
  /** In {@link NANOSECONDS} of a processor's second. */
  readonly NanoCpus?: number | undefined
  /** In bytes, as are the following. */
  readonly Memory?: number | undefined
  /** Of memory and swap together. */
  readonly MemorySwap?: number | undefined
  /** Of `/dev/shm`. */
  readonly ShmSize?: number | undefined
  /** Options of file systems in memory, by their targets. */
  readonly Tmpfs?: Readonly<Record<string, string>> | undefined
  readonly Mounts?: readonly MountDescription[] | undefined
  /** Containers whose volumes it has, by their ids. */
  readonly VolumesFrom?: readonly string[] | undefined
}

/** One mount. A volume without a source is made with the container and goes with it. */
export interface MountDescription {
  readonly Type: 'bind' | 'volume'
  readonly Source?: string | undefined
  readonly Target: string
  readonly ReadOnly?: boolean | undefined
  readonly VolumeOptions?:
    | {
        /** Whether what the image has at the target is left out of a new volume. */
        readonly NoCopy: boolean
        readonly DriverConfig?:
          | { readonly Name: string; readonly Options: Readonly<Record<string, string>> }
          | undefined
      }
    | undefined
}

/** A health check. Times are in nanoseconds. */
export interface HealthcheckDescription {
  /** `CMD` and its words, or `CMD-SHELL` and a script; without it the image's own. */
  readonly Test?: readonly string[] | undefined
  readonly Interval?: number | undefined
  readonly Timeout?: number | undefined
  readonly Retries?: number | undefined
  readonly StartPeriod?: number | undefined
}

/** What a container is on its networks. */
export interface NetworkingDescription {
  readonly EndpointsConfig: Readonly<Record<string, EndpointDescription>>
}

/** What it is on one of them, whose name is the key. */
interface EndpointDescription {
  readonly Aliases?: readonly string[] | undefined
  readonly IPAMConfig?: { readonly LinkLocalIPs: readonly string[] } | undefined
}

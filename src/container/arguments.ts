import { labelOptions } from '../engine/labels.ts'
import type { Image } from '../image/image.ts'
import type { ContainerSpec } from '../task/contract.ts'
import type { Command } from './command.ts'
import type { EnvironmentTransport } from './environment.ts'
import { type Mount, mountOption } from './mounts/mount.ts'
import type { Cache } from './mounts/volumes.ts'
import { METADATA_ADDRESS, type Network, NO_RESOLVER } from './network.ts'
import type { TaskUser } from './user/user.ts'

/** Everything a container is made from. */
export interface ContainerPlan {
  readonly name: string
  /** Created by its id, so that what the record names is what runs; people know it by its reference. */
  readonly image: Pick<Image, 'id' | 'reference'>
  readonly command: Command
  readonly labels: Readonly<Record<string, string>>
  readonly user: TaskUser
  readonly environment: EnvironmentTransport
  /** Path of the `--env-file`; null when none is needed. */
  readonly environmentFile: string | null
  readonly mounts: readonly Mount[]
  /** Those of the mounts that are caches, for people. */
  readonly caches: readonly Cache[]
  readonly network: Network
  readonly workdir: string
  /** The user's further options, already judged. */
  readonly options: readonly string[]
  readonly spec: Pick<
    ContainerSpec,
    'resources' | 'profile' | 'readOnly' | 'init' | 'platform' | 'gpus' | 'runtime' | 'shmSize'
  >
}

/** The arguments of `docker create`: pure, a list, no value of a variable among them (RUN-5). */
export function createArguments(plan: ContainerPlan): string[] {
  const { spec } = plan
  return [
    ...['--name', plan.name],
    ...labelOptions(plan.labels),
    // The log goes to us alone: nothing is kept on the engine's disk, and it streams several times faster.
    ...['--pull', 'never', '--log-driver', 'none'],
    ...(spec.init ? ['--init'] : []),
    ...hardening(spec),
    ...limits(spec.resources),
    ...['--oom-score-adj', String(OOM_SCORE)],
    ...['--network', plan.network.name],
    ...(plan.network.hidesMetadata ? ['--link-local-ip', METADATA_ADDRESS] : []),
    ...(plan.network.isInternal ? NO_NAMES : []),
    ...['--user', plan.user.option],
    ...(plan.user.groups ?? []).flatMap((group) => ['--group-add', String(group)]),
    ...(spec.platform === undefined ? [] : ['--platform', spec.platform]),
    ...(spec.gpus === undefined ? [] : ['--gpus', spec.gpus]),
    ...(spec.runtime === undefined ? [] : ['--runtime', spec.runtime]),
    ...(spec.shmSize === undefined ? [] : ['--shm-size', String(spec.shmSize)]),
    ...plan.environment.byName.flatMap((name) => ['--env', name]),
    ...(plan.environmentFile === null ? [] : ['--env-file', plan.environmentFile]),
    ...plan.mounts.flatMap((mount) => ['--mount', mountOption(mount)]),
    ...['--workdir', plan.workdir],
    ...(plan.command.entrypoint === null ? [] : ['--entrypoint', plan.command.entrypoint]),
    ...plan.options,
    plan.image.id,
    ...plan.command.args,
  ]
}

const NO_NAMES = ['--dns', NO_RESOLVER, '--dns-opt', 'timeout:1', '--dns-opt', 'attempts:1']

/** Where the machine's memory runs out, the kernel is to end the task and not the runner, whose steps have 500. */
export const OOM_SCORE = 750

/** Of Docker's defaults those by which files act with more rights than their task had, once they are the runner's. */
const LASTING = ['MKNOD', 'SETFCAP']

/** The walls of a profile: security options, and capabilities that are dropped of Docker's defaults. */
export function wallsOf(profile: ContainerSpec['profile']): {
  readonly options: readonly string[]
  readonly dropped: readonly string[]
} {
  if (profile === 'privileged') return { options: [], dropped: [] }
  return { options: ['no-new-privileges'], dropped: profile === 'strict' ? ['ALL'] : LASTING }
}

/** The options of a profile. */
function hardening({ profile, readOnly }: ContainerPlan['spec']): string[] {
  const { options, dropped } = wallsOf(profile)
  const walls = [
    ...options.flatMap((option) => ['--security-opt', option]),
    ...dropped.flatMap((name) => ['--cap-drop', name]),
  ]
  // A root file system that cannot be written leaves no room for temporary files but in memory, programs among them.
  return [...walls, ...(readOnly ? ['--read-only', '--tmpfs', '/tmp:exec'] : [])]
}

/** The options of limits. */
function limits({ cpus, memory, pids }: ContainerSpec['resources']): string[] {
  return [
    ...['--pids-limit', String(pids)],
    ...(cpus === undefined ? [] : ['--cpus', String(cpus)]),
    // Swap counts: a limit that can be passed by swapping is none.
    ...(memory === undefined ? [] : ['--memory', String(memory), '--memory-swap', String(memory)]),
  ]
}

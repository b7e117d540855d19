import { normalize } from 'node:path/posix'
import { actsInside } from './capabilities.ts'
import type { Profile } from './profiles.ts'

/** What the input `options` may do with an option of `docker create`, and why. */
export type OptionPolicy =
  /** `value`: whether it takes one; without one it is a flag. */
  | {
      readonly kind: 'allowed'
      readonly why: string
      readonly value: boolean
      readonly refuse?: readonly Refusal[]
    }
  /** `isSo`: values of a flag that say what is so anyway, and do no harm. */
  | { readonly kind: 'owned'; readonly use: string; readonly isSo?: readonly string[] }
  | { readonly kind: 'refused'; readonly why: string }

/** Values that are refused; a flag has the empty one. */
interface Refusal {
  readonly when: Pick<RegExp, 'test'>
  readonly why: string
  /** The profile from which on they are taken all the same; null: none takes them. */
  readonly from: Profile | null
}

const value = (why: string): OptionPolicy => ({ kind: 'allowed', value: true, why })
const flag = (why: string): OptionPolicy => ({ kind: 'allowed', value: false, why })
const owned = (use: string): OptionPolicy => ({ kind: 'owned', use })
const isSo = (use: string, ...values: string[]): OptionPolicy => ({ kind: 'owned', use, isSo: values })
const refused = (why: string): OptionPolicy => ({ kind: 'refused', why })
const valueBut = (why: string, ...refuse: Refusal[]): OptionPolicy => ({
  kind: 'allowed',
  value: true,
  why,
  refuse,
})

const ANY = /(?:)/
const unless = (pattern: Pick<RegExp, 'test'>): Pick<RegExp, 'test'> => ({
  test: (text) => !pattern.test(text),
})
const outside = (when: Pick<RegExp, 'test'>, why: string): Refusal => ({ when, why, from: 'privileged' })
/** What leads out of the container whatever its value is. */
const opening = (why: string): OptionPolicy => valueBut(why, outside(ANY, why))
const openingFlag = (why: string): OptionPolicy => ({
  kind: 'allowed',
  value: false,
  why,
  refuse: [outside(ANY, why)],
})

/** Docker's words, and Podman's: a container's namespace, or one by its path. */
const SHARED = /^(host$|container:|ns:)/
const NAMESPACE = 'it shares a namespace with the host or another container'
const HOST_ACCESS = 'it opens the host to the task'
const WINDOWS = 'it is for containers of Windows'

const NARROWS = 'it only takes away from the task'
const SHARE = 'it divides what the task’s limits allow'
const NAMES = 'it is about names, in this container alone'
const HEALTH = 'the check runs in the container, with the task’s own rights'
const ADDRESS =
  'it is about the task’s own end of its network, which it shares with no other container unless asked for'
const REACHED = 'it lets others reach the task, not the task others'

/** Devices of the machine that everybody may have: what is opened through them is the container's own. */
const HARMLESS_DEVICES = new Set(['/dev/fuse', '/dev/kvm', '/dev/net/tun'])

/** True of `PATH[:TARGET[:RIGHTS]]` of such a device. */
const isHarmlessDevice = (device: string): boolean =>
  HARMLESS_DEVICES.has(device.split(':')[0] ?? '') && /^[^:]+(:\/dev\/[^:]+)?(:[rwm]+)?$/.test(device)

/** True of what `--tmpfs` takes where it lies over the control folder, or in it but below its `home`, in any spelling. */
function hidesControl(tmpfs: string): boolean {
  const path = normalize(`/${tmpfs.split(':')[0]}`)
  return /^\/(run\/?|run\/acode(\/(?!home\/+.).*)?)?$/.test(path)
}

/**
 * Every option of `docker create` (Docker 20.10 to 29), with what a task may do with it. One that is not listed
 * is refused: what is not known cannot be called safe.
 */
export const OPTIONS: Readonly<Record<string, OptionPolicy>> = {
  'add-host': value(NAMES),
  annotation: opening('runtimes and their hooks take annotations for their own settings, devices among them'),
  attach: owned('nothing; the action is always attached'),
  'blkio-weight': value(SHARE),
  'blkio-weight-device': value(SHARE),
  'cap-add': valueBut(
    'what acts inside the container’s own namespaces reaches nothing else',
    outside(unless({ test: actsInside }), 'it acts on the machine, and not on this container alone'),
    { when: ANY, why: 'profile strict has no capabilities', from: 'standard' },
  ),
  'cap-drop': value(NARROWS),
  'cgroup-parent': opening('it leaves the limits of this task'),
  cgroupns: valueBut(NARROWS, outside(SHARED, NAMESPACE)),
  cidfile: owned('the output container-id'),
  'cpu-count': refused(WINDOWS),
  'cpu-percent': refused(WINDOWS),
  'cpu-period': value(SHARE),
  'cpu-quota': value(SHARE),
  'cpu-rt-period': opening('real-time processes starve the runner'),
  'cpu-rt-runtime': opening('real-time processes starve the runner'),
  'cpu-shares': value(SHARE),
  cpus: owned('the input cpus'),
  'cpuset-cpus': value(NARROWS),
  'cpuset-mems': value(NARROWS),
  device: valueBut(
    'it leads to what is the container’s own: its mounts, its virtual machines, its network',
    outside(unless({ test: isHarmlessDevice }), HOST_ACCESS),
    { when: ANY, why: 'profile strict has no devices of the machine', from: 'standard' },
  ),
  'device-cgroup-rule': opening(HOST_ACCESS),
  'device-read-bps': value(NARROWS),
  'device-read-iops': value(NARROWS),
  'device-write-bps': value(NARROWS),
  'device-write-iops': value(NARROWS),
  'disable-content-trust': owned('the input pull'),
  dns: value(NAMES),
  'dns-opt': value(NAMES),
  'dns-option': value(NAMES),
  'dns-search': value(NAMES),
  domainname: value(NAMES),
  entrypoint: owned('the input entrypoint'),
  env: owned('the input env'),
  'env-file': owned('the input env'),
  expose: value(REACHED),
  gpus: owned('the input gpus'),
  'group-add': opening(
    'groups of the machine open what their members may read and write in mounted folders; use user: uid:gid',
  ),
  'health-cmd': value(HEALTH),
  'health-interval': value(HEALTH),
  'health-retries': value(HEALTH),
  'health-start-interval': value(HEALTH),
  'health-start-period': value(HEALTH),
  'health-timeout': value(HEALTH),
  hostname: value(NAMES),
  init: isSo('the input init', 'true'),
  interactive: isSo('nothing; a task has no input', 'true', 'false'),
  'io-maxbandwidth': refused(WINDOWS),
  'io-maxiops': refused(WINDOWS),
  ip: value(ADDRESS),
  ip6: value(ADDRESS),
  ipc: valueBut(NARROWS, outside(SHARED, NAMESPACE)),
  isolation: refused(WINDOWS),
  'kernel-memory': owned('the input memory'),
  label: owned('the input labels'),
  'label-file': owned('the input labels'),
  link: opening(NAMESPACE),
  'link-local-ip': owned('nothing; it hides the metadata address of the cloud'),
  'log-driver': owned('nothing; the action keeps the log'),
  'log-opt': owned('nothing; the action keeps the log'),
  'mac-address': value(ADDRESS),
  memory: owned('the input memory'),
  'memory-reservation': value(SHARE),
  'memory-swap': owned('the input memory, which is a limit for both'),
  'memory-swappiness': value(SHARE),
  mount: owned('the input mounts'),
  name: owned('the inputs session-id and task-id'),
  net: owned('the input network'),
  'net-alias': value(ADDRESS),
  network: owned('the input network'),
  'network-alias': value(ADDRESS),
  'no-healthcheck': flag(NARROWS),
  'oom-kill-disable': openingFlag('a task over its memory limit would hang the machine'),
  'oom-score-adj': owned('nothing; where memory runs out the task ends before the runner'),
  pid: opening(NAMESPACE),
  'pids-limit': owned('the input pids-limit'),
  platform: owned('the input platform'),
  privileged: openingFlag(HOST_ACCESS),
  publish: value(REACHED),
  'publish-all': flag(REACHED),
  pull: owned('the input pull'),
  quiet: isSo('nothing', 'true', 'false'),
  'read-only': owned('the input read-only'),
  restart: refused('a task runs once'),
  rm: isSo('nothing; the container is always removed', 'true'),
  runtime: owned('the input runtime'),
  'security-opt': opening('it weakens the profile'),
  'shm-size': owned('the input shm-size'),
  'stop-signal': value('a task that does not heed it is killed after its grace'),
  'stop-timeout': owned('the input stop-grace'),
  'storage-opt': valueBut(NARROWS, outside(/^(?!size=)/, 'only size= is about this container alone')),
  sysctl: valueBut(
    'it is about the task’s own namespaces',
    outside(
      /^(?!net\.|kernel\.(msg|sem|shm)|fs\.mqueue\.)/,
      'it is the machine’s, not the task’s (net., kernel.msg, kernel.sem, kernel.shm and fs.mqueue. are)',
    ),
  ),
  tmpfs: valueBut('it is empty, in memory, and counts against the task’s limit', {
    when: { test: hidesControl },
    why: 'it would hide the control folder /run/acode',
    from: null,
  }),
  tty: isSo('nothing; the log is no terminal', 'true', 'false'),
  ulimit: valueBut(
    'it is about the task’s own processes',
    outside(/^\s*(rtprio|rttime|nice)\s*=/i, 'processes that go before all others starve the runner'),
  ),
  'use-api-socket': openingFlag('it hands over the engine'),
  user: owned('the input user'),
  userns: valueBut(NARROWS, outside(SHARED, NAMESPACE)),
  uts: valueBut(NARROWS, outside(SHARED, NAMESPACE)),
  volume: owned('the inputs mounts and cache-volumes'),
  'volume-driver': owned('the input cache-volumes'),
  'volumes-from': opening(NAMESPACE),
  workdir: owned('the input working-directory'),
}

import { type ParseEntry, parse } from 'shell-quote'
import { TaskError } from '../errors.ts'
import { unknownKey } from '../task/problems.ts'

/** What the input `options` may do with an option of `docker create`. */
type Policy =
  | {
      readonly kind: 'allowed'
      readonly value: boolean
      readonly refuse?: { readonly when: RegExp; readonly why: string }
    }
  | { readonly kind: 'owned'; readonly use: string }
  | { readonly kind: 'refused'; readonly why: string }

const value: Policy = { kind: 'allowed', value: true }
const flag: Policy = { kind: 'allowed', value: false }
const owned = (use: string): Policy => ({ kind: 'owned', use })
const refused = (why: string): Policy => ({ kind: 'refused', why })
const valueBut = (when: RegExp, why: string): Policy => ({
  kind: 'allowed',
  value: true,
  refuse: { when, why },
})

const NAMESPACE = 'it shares a namespace with the host or another container'
/** Docker's words, and Podman's: a container's namespace, or one by its path. */
const SHARED = /^(host$|container:|ns:)/
const HOST_ACCESS = 'it opens the host to the task'

/**
 * Every option of `docker create` (Docker 20.10 to 29), with what a task may do with it. One that is not listed
 * is refused: what is not known cannot be called safe.
 */
const OPTIONS: Readonly<Record<string, Policy>> = {
  'add-host': value,
  annotation: value,
  attach: owned('nothing; the action is always attached'),
  'blkio-weight': value,
  'blkio-weight-device': value,
  'cap-add': refused('it adds capabilities; profile: standard gives most of Docker’s defaults'),
  'cap-drop': value,
  'cgroup-parent': refused('it leaves the limits of this task'),
  cgroupns: valueBut(SHARED, NAMESPACE),
  cidfile: owned('the output container-id'),
  'cpu-period': value,
  'cpu-quota': value,
  'cpu-rt-period': value,
  'cpu-rt-runtime': value,
  'cpu-shares': value,
  cpus: owned('the input cpus'),
  'cpuset-cpus': value,
  'cpuset-mems': value,
  device: refused(HOST_ACCESS),
  'device-cgroup-rule': refused(HOST_ACCESS),
  'device-read-bps': value,
  'device-read-iops': value,
  'device-write-bps': value,
  'device-write-iops': value,
  dns: value,
  'dns-option': value,
  'dns-search': value,
  domainname: value,
  entrypoint: owned('the input entrypoint'),
  env: owned('the input env'),
  'env-file': owned('the input env'),
  expose: value,
  gpus: owned('the input gpus'),
  'group-add': value,
  'health-cmd': value,
  'health-interval': value,
  'health-retries': value,
  'health-start-interval': value,
  'health-start-period': value,
  'health-timeout': value,
  hostname: value,
  init: owned('nothing; it is always set'),
  interactive: owned('nothing; a task has no input'),
  ip: value,
  ip6: value,
  ipc: valueBut(SHARED, NAMESPACE),
  label: owned('the input labels'),
  'label-file': owned('the input labels'),
  link: refused(NAMESPACE),
  'link-local-ip': value,
  'log-driver': owned('nothing; the action keeps the log'),
  'log-opt': owned('nothing; the action keeps the log'),
  'mac-address': value,
  memory: owned('the input memory'),
  'memory-reservation': value,
  'memory-swap': owned('the input memory, which is a limit for both'),
  'memory-swappiness': value,
  mount: owned('the input mounts'),
  name: owned('the inputs session-id and task-id'),
  net: owned('the input network'),
  'net-alias': value,
  network: owned('the input network'),
  'network-alias': value,
  'no-healthcheck': flag,
  'oom-kill-disable': refused('a task over its memory limit would hang the machine'),
  'oom-score-adj': value,
  pid: refused(NAMESPACE),
  'pids-limit': owned('the input pids-limit'),
  platform: owned('the input platform'),
  privileged: refused(HOST_ACCESS),
  publish: value,
  'publish-all': flag,
  pull: owned('the input pull'),
  quiet: owned('nothing'),
  'read-only': owned('the input read-only'),
  restart: refused('a task runs once'),
  rm: owned('nothing; the container is always removed'),
  runtime: owned('the input runtime'),
  'security-opt': refused('it weakens the profile'),
  'shm-size': owned('the input shm-size'),
  'stop-signal': value,
  'stop-timeout': owned('the input stop-grace'),
  'storage-opt': value,
  sysctl: value,
  tmpfs: valueBut(
    /^\/+(run\/+acode(\/|:|$)|run\/*(:|$)|(:|$))/,
    'it would hide the control folder /run/acode',
  ),
  tty: owned('nothing; the log is no terminal'),
  ulimit: value,
  'use-api-socket': refused('it hands over the engine'),
  user: owned('the input user'),
  userns: valueBut(SHARED, NAMESPACE),
  uts: valueBut(SHARED, NAMESPACE),
  volume: owned('the inputs mounts and cache-volumes'),
  'volume-driver': owned('the input cache-volumes'),
  'volumes-from': refused(NAMESPACE),
  workdir: owned('the input working-directory'),
}

const SHORT: Readonly<Record<string, string>> = {
  a: 'attach',
  c: 'cpu-shares',
  e: 'env',
  h: 'hostname',
  i: 'interactive',
  l: 'label',
  m: 'memory',
  P: 'publish-all',
  p: 'publish',
  q: 'quiet',
  t: 'tty',
  u: 'user',
  v: 'volume',
  w: 'workdir',
}

/**
 * Splits the input `options` as a shell would and lets through what neither belongs to the action nor breaks
 * isolation.
 * @throws TaskError ACODE-CTN-011 for a refused option, ACODE-CTN-006 for any other that cannot be passed
 */
export function parseOptions(text: string): string[] {
  const words = parse(text, (name) => `$${name}`).map(plainWord)
  const args: string[] = []
  while (words.length > 0) {
    const option = readOption(words)
    const policy = Object.hasOwn(OPTIONS, option.name) ? OPTIONS[option.name] : undefined
    if (!policy) throw invalid(`${option.written} ${unknownKey(option.name, Object.keys(OPTIONS))}`)
    if (policy.kind === 'owned') throw invalid(`${option.written} belongs to the action: use ${policy.use}`)
    if (policy.kind === 'refused') throw refusal(option.written, policy.why)
    args.push(`--${option.name}`)
    if (!policy.value) {
      if (option.value !== undefined) throw invalid(`${option.written} takes no value`)
      continue
    }
    const given = option.value ?? words.shift()
    if (given === undefined) throw invalid(`${option.written} needs a value`)
    if (policy.refuse?.when.test(given)) throw refusal(`${option.written} ${given}`, policy.refuse.why)
    args.push(given)
  }
  return args
}

interface Option {
  readonly name: string
  readonly value: string | undefined
  /** As the user wrote it, without its value. */
  readonly written: string
}

function readOption(words: string[]): Option {
  const word = words.shift() ?? ''
  const long = /^--([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(word)
  if (long?.[1]) return { name: long[1], value: long[2], written: `--${long[1]}` }
  const short = /^-([A-Za-z])(.*)$/s.exec(word)
  const name = short?.[1] ? SHORT[short[1]] : undefined
  if (!short || name === undefined) throw invalid(`"${word}" is no option`)
  const rest = short[2] ?? ''
  const isFlag = OPTIONS[name]?.kind === 'allowed' && OPTIONS[name].value === false
  if (isFlag && rest !== '') words.unshift(`-${rest}`)
  return { name, value: isFlag || rest === '' ? undefined : rest.replace(/^=/, ''), written: `-${short[1]}` }
}

function plainWord(entry: ParseEntry): string {
  if (typeof entry === 'string') return entry
  if ('op' in entry && entry.op === 'glob') return entry.pattern
  throw invalid(`${'op' in entry ? entry.op : '#'} has a meaning only in a shell; quote it`)
}

const invalid = (what: string) => new TaskError('ACODE-CTN-006', `The input options cannot be used: ${what}.`)
const refusal = (option: string, why: string) =>
  new TaskError('ACODE-CTN-011', `The option ${option} is refused: ${why}. Remove it from options.`)

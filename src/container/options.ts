import { normalize } from 'node:path/posix'
import { jointError, TaskError } from '../errors.ts'
import { QuotingError, shellWords } from '../formats/shell-words.ts'
import { unknownKey } from '../task/problems.ts'

/** What the input `options` may do with an option of `docker create`, and why. */
type Policy =
  | {
      readonly kind: 'allowed'
      readonly why: string
      readonly value: boolean
      readonly refuse?: { readonly when: Pick<RegExp, 'test'>; readonly why: string }
    }
  /** `isSo`: values of a flag that say what is so anyway, and do no harm. */
  | { readonly kind: 'owned'; readonly use: string; readonly isSo?: readonly string[] }
  | { readonly kind: 'refused'; readonly why: string }

const value = (why: string): Policy => ({ kind: 'allowed', value: true, why })
const flag = (why: string): Policy => ({ kind: 'allowed', value: false, why })
const owned = (use: string): Policy => ({ kind: 'owned', use })
const isSo = (use: string, ...values: string[]): Policy => ({ kind: 'owned', use, isSo: values })
const refused = (why: string): Policy => ({ kind: 'refused', why })
const valueBut = (why: string, when: Pick<RegExp, 'test'>, whyRefused: string): Policy => ({
  kind: 'allowed',
  value: true,
  why,
  refuse: { when, why: whyRefused },
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
const ADDRESS = 'it is about the task’s own end of its network, which it shares with nobody unless asked for'
const REACHED = 'it lets others reach the task, not the task others'

/** True of what `--tmpfs` takes where it lies over the control folder, or in it, in any spelling of its path. */
function hidesControl(tmpfs: string): boolean {
  const path = normalize(`/${tmpfs.split(':')[0]}`)
  return /^\/(run\/?|run\/acode(\/.*)?)?$/.test(path)
}

/**
 * Every option of `docker create` (Docker 20.10 to 29), with what a task may do with it. One that is not listed
 * is refused: what is not known cannot be called safe.
 */
export const OPTIONS: Readonly<Record<string, Policy>> = {
  'add-host': value(NAMES),
  annotation: refused(
    'runtimes and their hooks take annotations for settings of their own, devices among them',
  ),
  attach: owned('nothing; the action is always attached'),
  'blkio-weight': value(SHARE),
  'blkio-weight-device': value(SHARE),
  'cap-add': refused('it adds capabilities; profile: standard gives most of Docker’s defaults'),
  'cap-drop': value(NARROWS),
  'cgroup-parent': refused('it leaves the limits of this task'),
  cgroupns: valueBut(NARROWS, SHARED, NAMESPACE),
  cidfile: owned('the output container-id'),
  'cpu-count': refused(WINDOWS),
  'cpu-percent': refused(WINDOWS),
  'cpu-period': value(SHARE),
  'cpu-quota': value(SHARE),
  'cpu-rt-period': refused('real-time processes starve the runner'),
  'cpu-rt-runtime': refused('real-time processes starve the runner'),
  'cpu-shares': value(SHARE),
  cpus: owned('the input cpus'),
  'cpuset-cpus': value(NARROWS),
  'cpuset-mems': value(NARROWS),
  device: refused(HOST_ACCESS),
  'device-cgroup-rule': refused(HOST_ACCESS),
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
  'group-add': refused(
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
  ipc: valueBut(NARROWS, SHARED, NAMESPACE),
  isolation: refused(WINDOWS),
  'kernel-memory': owned('the input memory'),
  label: owned('the input labels'),
  'label-file': owned('the input labels'),
  link: refused(NAMESPACE),
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
  'oom-kill-disable': refused('a task over its memory limit would hang the machine'),
  'oom-score-adj': owned('nothing; where memory runs out the task ends before the runner'),
  pid: refused(NAMESPACE),
  'pids-limit': owned('the input pids-limit'),
  platform: owned('the input platform'),
  privileged: refused(HOST_ACCESS),
  publish: value(REACHED),
  'publish-all': flag(REACHED),
  pull: owned('the input pull'),
  quiet: isSo('nothing', 'true', 'false'),
  'read-only': owned('the input read-only'),
  restart: refused('a task runs once'),
  rm: isSo('nothing; the container is always removed', 'true'),
  runtime: owned('the input runtime'),
  'security-opt': refused('it weakens the profile'),
  'shm-size': owned('the input shm-size'),
  'stop-signal': value('a task that does not heed it is killed after its grace'),
  'stop-timeout': owned('the input stop-grace'),
  'storage-opt': valueBut(NARROWS, /^(?!size=)/, 'only size= is about this container alone'),
  sysctl: valueBut(
    'it is about the task’s own namespaces',
    /^(?!net\.|kernel\.(msg|sem|shm)|fs\.mqueue\.)/,
    'it is the machine’s, not the task’s (net., kernel.msg, kernel.sem, kernel.shm and fs.mqueue. are)',
  ),
  tmpfs: valueBut(
    'it is empty, in memory, and counts against the task’s limit',
    { test: hidesControl },
    'it would hide the control folder /run/acode',
  ),
  tty: isSo('nothing; the log is no terminal', 'true', 'false'),
  ulimit: valueBut(
    'it is about the task’s own processes',
    /^\s*(rtprio|rttime|nice)\s*=/i,
    'processes that go before all others starve the runner',
  ),
  'use-api-socket': refused('it hands over the engine'),
  user: owned('the input user'),
  userns: valueBut(NARROWS, SHARED, NAMESPACE),
  uts: valueBut(NARROWS, SHARED, NAMESPACE),
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
 * @throws TaskError ACODE-CTN-011 where an option is refused, ACODE-CTN-006 where one cannot be passed; of all of them
 */
export function parseOptions(text: string): string[] {
  const { args, problems } = readOptions(text)
  if (problems.length > 0) throw jointError(problems, 'The input options has')
  return args
}

/** All that {@link parseOptions} would refuse, each by itself. */
export const optionProblems = (text: string): readonly TaskError[] => readOptions(text).problems

/** The flags that {@link parseOptions} leaves out, since they say what is so anyway; as they are written. */
export const droppedOptions = (text: string): readonly string[] => readOptions(text).dropped

function readOptions(text: string): { args: string[]; dropped: string[]; problems: TaskError[] } {
  const args: string[] = []
  const dropped: string[] = []
  const problems: TaskError[] = []
  const collectProblem = <T>(read: () => T): T | undefined => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof TaskError)) throw error
      problems.push(error)
      return undefined
    }
  }
  const words = collectProblem(() => wordsOf(text)) ?? []
  while (words.length > 0) {
    const passed = collectProblem(() => passOption(words))
    if (passed) (passed.isDropped ? dropped : args).push(...passed.words)
    // What follows an option that cannot be passed is its value, and no problem of its own.
    else while (words.length > 0 && !words[0]?.startsWith('-')) words.shift()
  }
  return { args, dropped, problems }
}

/** Takes an option and its value from the words: the arguments that they become, or what is left out. */
function passOption(words: string[]): { words: string[]; isDropped: boolean } {
  const option = readOption(words)
  const policy = Object.hasOwn(OPTIONS, option.name) ? OPTIONS[option.name] : undefined
  if (!policy) throw invalid(`${option.written} ${unknownKey(option.name, Object.keys(OPTIONS))}`)
  if (policy.kind === 'owned' && policy.isSo?.includes(option.value ?? 'true'))
    return { words: [option.written], isDropped: true }
  if (policy.kind === 'owned') throw invalid(`${option.written} belongs to the action: use ${policy.use}`)
  if (policy.kind === 'refused') throw refusal(option.written, policy.why)
  if (!policy.value) {
    if (option.value !== undefined) throw invalid(`${option.written} takes no value`)
    return { words: [`--${option.name}`], isDropped: false }
  }
  const given = option.value ?? words.shift()
  if (given === undefined) throw invalid(`${option.written} needs a value`)
  if (policy.refuse?.when.test(given)) throw refusal(`${option.written} ${given}`, policy.refuse.why)
  return { words: [`--${option.name}`, given], isDropped: false }
}

/**
 * The names of the options in a text, whatever may become of them. A word that begins with a dash and is the value of
 * an option counts as one: who refuses by names refuses too much rather than too little.
 */
export function optionNames(text: string): string[] {
  let words: string[]
  try {
    words = wordsOf(text)
  } catch (error) {
    if (error instanceof TaskError) return [] // no list of options, and refused as that by parseOptions
    throw error
  }
  const names: string[] = []
  while (words.length > 0) {
    if (!words[0]?.startsWith('-')) {
      words.shift()
      continue
    }
    try {
      names.push(readOption(words).name)
    } catch (error) {
      if (!(error instanceof TaskError)) throw error // no option, and refused as that by parseOptions
    }
  }
  return names
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
  const written = `-${short[1]}`
  if (!isFlag(name) || rest.startsWith('='))
    return { name, value: rest === '' ? undefined : rest.replace(/^=/, ''), written }
  if (rest !== '') words.unshift(`-${rest}`)
  return { name, value: undefined, written }
}

/** True of an option that takes no value. */
function isFlag(name: string): boolean {
  const policy = OPTIONS[name]
  if (policy?.kind === 'allowed') return !policy.value
  return policy?.kind === 'owned' && policy.isSo !== undefined
}

function wordsOf(text: string): string[] {
  try {
    return shellWords(text)
  } catch (error) {
    if (error instanceof QuotingError) throw invalid(error.message)
    throw error
  }
}

const invalid = (what: string) => new TaskError('ACODE-CTN-006', `The input options cannot be used: ${what}.`)
const refusal = (option: string, why: string) =>
  new TaskError('ACODE-CTN-011', `The option ${option} is refused: ${why}. Remove it from options.`)

import { normalize } from 'node:path/posix'
import { linesBeyond } from '../../egress/rules.ts'
import { matches } from '../../formats/star-pattern.ts'
import { CACHE_MAX } from '../../task/cache-fields.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import { isInside } from '../file/inside-options.ts'
import { servicePart } from '../lock/lock.ts'
import { type RunsOn, runnerParts } from '../runs-on.ts'
import type { CheckFinding, Judged, TaskCheck } from './check.ts'
import type { Policy } from './policy.ts'
import { type ContainerFacts, checkBuild, checkNamed, checkToolchain } from './policy-images.ts'
import {
  type BoundingInput,
  beyondBounds,
  checkProfile,
  inContainer,
  NO_NAME,
  policyRefusal,
} from './refusal.ts'

/** Refuses what a task asks for beyond the policy. */
export const policyCheck =
  (policy: Policy, facts: ContainerFacts): TaskCheck =>
  (task) => {
    const { spec } = task
    const runner = checkRunner(task, policy)
    // Its job starts on its runner also where it starts no container.
    if (!spec) return runner
    return [...runner, ...Object.values(CHECKS).flatMap((check) => check(spec, policy, facts))]
  }

type Check = (spec: ContainerSpec, policy: Policy, facts: ContainerFacts) => readonly CheckFinding[]

/** Stays in the container: the policy has no say. */
const inside: Check = () => []

/** Each field of a container: one that is not judged does not compile. */
const CHECKS: Readonly<Record<keyof ContainerSpec, Check>> = {
  enabled: inside,
  image: checkNamed,
  digests: inside,
  toolchain: checkToolchain,
  build: checkBuild,
  dockerfile: inside,
  buildTarget: inside,
  buildArgs: inside,
  // An image is pushed with the job's logins, to wherever the task names.
  buildCache: ({ buildCache }, policy) =>
    checkProfile(
      'buildCache',
      buildCache?.startsWith('registry=') ? buildCache : undefined,
      'privileged',
      policy,
    ),
  check: inside,
  // Runs as root, in a container that is the engine's own, as the steps of a build do.
  setup: ({ setup }, policy) =>
    checkProfile('setup', setup === undefined ? undefined : 'script', 'standard', policy),
  setupFiles: inside,
  command: inside,
  run: inside,
  shell: inside,
  entrypoint: inside,
  workdir: inside,
  env: inside,
  artifactsSubdir: inside,
  timeoutSeconds: inside,
  stopGraceSeconds: inside,
  resources: inside,
  pull: inside,
  cacheVolumes: inside,
  // Of the repository alone, and written by rules that no task file can change (src/cache/scope.ts).
  cache: inside,
  cacheKey: inside,
  // Who sets it decides what a machine keeps of others.
  cacheMax: ({ cacheMax }, policy) =>
    checkProfile('cacheMax', cacheMax === CACHE_MAX ? undefined : String(cacheMax), 'standard', policy),
  engineVolumes: checkVolumes,
  mounts: checkMounts,
  labels: inside,
  platform: inside,
  gpus: ({ gpus }, policy) => checkProfile('gpus', gpus, 'standard', policy),
  // Another runtime may be the one without the walls of the engine's own.
  runtime: ({ runtime }, policy) => checkProfile('runtime', runtime, 'privileged', policy),
  shmSize: inside,
  network: ({ network }, policy) => checkNetwork(network, policy),
  egress: checkEgress,
  // The runner's proxies may have a password.
  proxy: ({ proxy }, policy) =>
    checkProfile('proxy', proxy === 'runner' ? proxy : undefined, 'standard', policy),
  user: inside,
  init: inside,
  profile: ({ profile }, policy) => checkProfile('profile', profile, profile, policy),
  readOnly: inside,
  options: checkOptions,
  workspace: ({ workspace }, policy) => checkShared('workspace', workspace, 'bind', policy),
  workspacePath: inside,
  workspaceUncommitted: inside,
  includeIgnored: inside,
  repositoryPath: inside,
  changes: ({ changes }, policy) => checkShared('changes', changes, 'apply', policy),
  artifacts: inside,
  reports: inside,
  collectTimeoutSeconds: inside,
  collectMaxBytes: inside,
  collectMaxFiles: inside,
  collectMaxDepth: inside,
  workflowCommands: ({ workflowCommands }, policy) =>
    checkProfile('workflowCommands', workflowCommands === 'allow' ? 'allow' : undefined, 'standard', policy),
  exportEnv: ({ exportEnv }, policy) =>
    checkProfile('exportEnv', exportEnv ? 'true' : undefined, 'standard', policy),
  onCancel: inside,
  allowFailure: inside,
  retry: inside,
  guard: inside,
  maxContainers: inside,
  services: checkServices,
}

/** A service has an image, mounts and a profile as a task has. */
function checkServices(spec: ContainerSpec, policy: Policy, facts: ContainerFacts): CheckFinding[] {
  return Object.entries(spec.services).flatMap(([name, service]) => {
    const part = servicePart(service, spec)
    const { profile } = service
    const found = [
      ...[checkNamed, checkToolchain, checkBuild].flatMap((check) => check(part, policy, facts)),
      ...checkMounts(service, policy),
      ...checkProfile('profile', profile, profile, policy).map(withServiceAdvice),
    ]
    return found.map((finding) => ({
      ...finding,
      path: ['container', 'services', name, ...finding.path.slice(1)],
    }))
  })
}

/** The default of services is standard, which the task does not name. */
const withServiceAdvice = (finding: CheckFinding): CheckFinding => ({
  ...finding,
  message: `${finding.message}, or write profile: strict and a user that is not root`,
})

function checkRunner({ runsOn }: Judged, { runners, ownRunners, ...policy }: Policy): CheckFinding[] {
  if (runsOn === undefined || runners === null || ownRunners.some((own) => isSame(own, runsOn))) return []
  const allowed = runners.map((pattern) => pattern.toLowerCase())
  const beyond = runnerParts(runsOn).filter(
    (part) => !allowed.some((one) => matches(one, part.toLowerCase())),
  )
  if (beyond.length === 0) return []
  const why = policyRefusal(
    `the runner ${runnerParts(runsOn).join(', ')}`,
    'allowed-runners',
    beyond.join(', '),
    policy,
  )
  return [{ path: ['runsOn'], ...why }]
}

/** The same labels and group in any order. GitHub compares them without case. */
const isSame = (one: RunsOn, other: RunsOn): boolean => keyOf(one) === keyOf(other)
const keyOf = (one: RunsOn): string =>
  JSON.stringify(
    runnerParts(one)
      .map((part) => part.toLowerCase())
      .sort(),
  )

/** Networks that a task shares with no other. On the engine's `bridge` it meets all others on it. */
const OWN_NETWORKS = new Set(['task', 'none'])

function checkNetwork(network: string, policy: Policy): CheckFinding[] {
  const { networks } = policy
  if (networks === null || OWN_NETWORKS.has(network)) return []
  // The runner's own network is no member of a group of names: it has to be written out.
  const isAllowed = networks.some((one) => (network === 'host' ? one === 'host' : matches(one, network)))
  if (isAllowed) return []
  return [
    inContainer(['network'], policyRefusal(`the network ${network}`, 'allowed-networks', network, policy)),
  ]
}

/** A task is bounded where it says itself that it reaches no more than the policy allows. */
function checkEgress({ egress, network }: ContainerSpec, policy: Policy): CheckFinding[] {
  if (policy.egress === null || egress === 'none' || network === 'none') return []
  const isWord = typeof egress === 'string'
  const beyond = isWord ? [egress] : linesBeyond(egress, policy.egress)
  if (beyond.length === 0) return []
  const what = isWord ? `egress ${egress}` : `egress to ${beyond.join(', ')}`
  const way = isWord ? `name what the task reaches, such as ${policy.egress[0]}, or none` : 'leave it out'
  return [inContainer(['egress'], beyondBounds(what, 'allowed-egress', policy, way, isWord ? null : beyond))]
}

/** What is only read of the checkout is no mount of the machine; all else is, and links may lead it anywhere there. */
function checkMounts({ mounts }: Pick<ContainerSpec, 'mounts'>, policy: Policy): CheckFinding[] {
  return mounts.flatMap(({ source, readOnly }, index) => {
    const path = bare(source)
    if (isAllowedMount(path, policy) || (readOnly && !/^(\/|\.\.)/.test(path))) return []
    const what = readOnly ? `the mount ${source}` : `the writable mount ${source}`
    return [inContainer(['mounts', index, 'source'], policyRefusal(what, 'allowed-mounts', path, policy))]
  })
}

/** Volumes of the engine are data of this machine, as its folders are: `allowed-mounts` names them `volume:NAME`. */
function checkVolumes({ engineVolumes }: ContainerSpec, policy: Policy): CheckFinding[] {
  return engineVolumes.flatMap(({ name }, index) => {
    const allowed = `volume:${name}`
    if (policy.mounts === null || policy.mounts.some((pattern) => matches(pattern, allowed))) return []
    const why = policyRefusal(`the engine’s volume ${name}`, 'allowed-mounts', allowed, policy)
    return [inContainer(['engineVolumes', index, 'name'], why)]
  })
}

/** Fields by one of whose values a task writes to the runner's checkout, the folder `.`. */
function checkShared(field: string, value: string, sharing: string, policy: Policy): CheckFinding[] {
  if (value !== sharing || isAllowedMount('.', policy)) return []
  return [inContainer([field], policyRefusal(`${field} ${value}`, 'allowed-mounts', '.', policy))]
}

const isAllowedMount = (path: string, { mounts }: Policy): boolean =>
  mounts === null || mounts.some((pattern) => matches(bare(pattern), path))

/** A path in its one form: `./a/../b/` is `b`. */
const bare = (path: string): string => normalize(path).replace(/(?<=.)\/$/, '')

/** Which input bounds what an option does, when a separate field is for that. */
const NETWORK_OPTIONS = new Set(['net', 'network', 'link'])
const MOUNT_OPTIONS = new Set(['device', 'mount', 'volume', 'volume-driver', 'volumes-from'])

function checkOptions(
  { options }: ContainerSpec,
  policy: Policy,
  { optionNames }: ContainerFacts,
): CheckFinding[] {
  return [...new Set(optionNames(options))].flatMap((name) => {
    const what = `the option --${name}`
    const refuse = (input: BoundingInput, name: string) => [
      inContainer(['options'], policyRefusal(what, input, name, policy)),
    ]
    if (NETWORK_OPTIONS.has(name)) return policy.networks === null ? [] : refuse('allowed-networks', NO_NAME)
    if (MOUNT_OPTIONS.has(name)) return policy.mounts === null ? [] : refuse('allowed-mounts', NO_NAME)
    if (policy.highestProfile !== 'strict' || isInside(name)) return []
    return refuse('highest-profile', 'standard')
  })
}

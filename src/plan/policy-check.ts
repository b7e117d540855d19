import { normalize } from 'node:path/posix'
import { linesBeyond } from '../egress/rules.ts'
import { matches } from '../formats/star-pattern.ts'
import { CACHE_MAX } from '../task/cache-fields.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { imageFault } from '../task/image-policy.ts'
import { lockedReference } from '../task/locked.ts'
import type { Finding, Judged, TaskCheck } from './check.ts'
import { PROFILES, type Profile } from './inputs.ts'
import { isInside } from './inside-options.ts'
import { type ImagePart, servicePart } from './lock.ts'
import type { Policy } from './policy.ts'
import { partsOf, type RunsOn } from './runs-on.ts'

/** What a plan, which runs no container, has to ask of those who do. */
export interface ContainerFacts {
  /** The images that toolchains lead to; null where the plan cannot know them. */
  readonly imagesOf: (toolchain: string) => readonly string[] | null
  /** The images of a container by their digests, where they are locked; null where they are not. */
  readonly lockedOf?: (part: ImagePart) => readonly string[] | null
  /** The names of the options of `docker create` in a text, without their values. */
  readonly optionNames: (options: string) => readonly string[]
}

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

type Check = (spec: ContainerSpec, policy: Policy, facts: ContainerFacts) => readonly Finding[]

/** Stays in the container: the policy has no say. */
const inside: Check = () => []

/** Each field of a container: one that is not judged does not compile. */
const CHECKS: Readonly<Record<keyof ContainerSpec, Check>> = {
  enabled: inside,
  image: (spec, policy, facts) =>
    spec.image === undefined ? [] : checkImages('image', spec.image, spec, [spec.image], policy, facts),
  digests: inside,
  toolchain: (spec, policy, facts) =>
    spec.toolchain === undefined ? [] : checkToolchain(spec.toolchain, spec, policy, facts),
  // Its steps run as root, in containers that are the engine's own.
  build: ({ build }, policy) => checkBuild(build, policy),
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

function checkBuild(build: string | undefined, policy: Policy): Finding[] {
  if (build === undefined) return []
  return [
    ...checkProfile('build', build, 'standard', policy),
    ...checkImage('build', `build ${build}`, null, policy),
  ]
}

/** A service has an image, mounts and a profile as a task has. */
function checkServices(spec: ContainerSpec, policy: Policy, facts: ContainerFacts): Finding[] {
  return Object.entries(spec.services).flatMap(([name, service]) => {
    const part = servicePart(service, spec)
    const { image, toolchain, build, profile } = service
    const found = [
      ...(image === undefined ? [] : checkImages('image', image, part, [image], policy, facts)),
      ...(toolchain === undefined ? [] : checkToolchain(toolchain, part, policy, facts)),
      ...checkBuild(build, policy),
      ...checkMounts(service, policy),
      ...checkProfile('profile', profile, profile, policy).map(withServiceAdvice),
    ]
    return found.map((finding) => ({
      ...finding,
      path: ['container', 'services', name, ...finding.path.slice(1)],
    }))
  })
}

/** The default of services is standard, which nobody wrote. */
const withServiceAdvice = (finding: Finding): Finding => ({
  ...finding,
  message: `${finding.message}, or write profile: strict and a user that is not root`,
})

function checkRunner({ runsOn }: Judged, { runners, ownRunners, ...policy }: Policy): Finding[] {
  if (runsOn === undefined || runners === null || ownRunners.some((own) => isSame(own, runsOn))) return []
  const allowed = runners.map((pattern) => pattern.toLowerCase())
  const beyond = partsOf(runsOn).filter((part) => !allowed.some((one) => matches(one, part.toLowerCase())))
  if (beyond.length === 0) return []
  const why = refusal(
    `the runner ${partsOf(runsOn).join(', ')}`,
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
    partsOf(one)
      .map((part) => part.toLowerCase())
      .sort(),
  )

/** Judges the images of a task by their locked digests, else those that are known of it. */
function checkImages(
  field: string,
  asked: string,
  part: ImagePart,
  known: readonly string[] | null,
  policy: Policy,
  { lockedOf }: ContainerFacts,
): Finding[] {
  const images = lockedOf?.(part) ?? known?.map((image) => lockedReference(image, part.digests)) ?? [null]
  return images.flatMap((image) => checkImage(field, asked, image, policy))
}

/** Each image that a toolchain is made of. What a development container asks for is built and run as root. */
function checkToolchain(
  toolchain: string,
  part: ImagePart,
  policy: Policy,
  facts: ContainerFacts,
): Finding[] {
  const builds = toolchain.trim() === 'devcontainer' ? toolchain : undefined
  return [
    ...checkProfile('toolchain', builds, 'standard', policy),
    ...checkImages('toolchain', toolchain, part, facts.imagesOf(toolchain), policy, facts),
  ]
}

function checkImage(field: string, asked: string, image: string | null, policy: Policy): Finding[] {
  const who = policy.isFork ? ' (this run is of a fork’s pull request)' : ''
  const what = image === null ? `${asked}, whose image the plan cannot know without a checkout,` : image
  return policy.images.flatMap((one) => {
    const fault = imageFault(image, one)
    if (fault === null) return []
    return [inContainer([field], { message: `is refused${who}: ${what} ${fault}`, code: 'ACODE-CTN-011' })]
  })
}

/** Networks that a task shares with no other. On the engine's `bridge` it meets all others on it. */
const OWN_NETWORKS = new Set(['task', 'none'])

function checkNetwork(network: string, policy: Policy): Finding[] {
  const { networks } = policy
  if (networks === null || OWN_NETWORKS.has(network)) return []
  // The runner's own network is no member of a group of names: it has to be written out.
  const isAllowed = networks.some((one) => (network === 'host' ? one === 'host' : matches(one, network)))
  if (isAllowed) return []
  return [inContainer(['network'], refusal(`the network ${network}`, 'allowed-networks', network, policy))]
}

/** A task is bounded where it says itself that it reaches no more than the policy allows. */
function checkEgress({ egress, network }: ContainerSpec, policy: Policy): Finding[] {
  if (policy.egress === null || egress === 'none' || network === 'none') return []
  const isWord = typeof egress === 'string'
  const beyond = isWord ? [egress] : linesBeyond(egress, policy.egress)
  if (beyond.length === 0) return []
  const what = isWord ? `egress ${egress}` : `egress to ${beyond.join(', ')}`
  const way = isWord ? `name what the task reaches, such as ${policy.egress[0]}, or none` : 'leave it out'
  return [inContainer(['egress'], beyondBounds(what, 'allowed-egress', policy, way, isWord ? null : beyond))]
}

/** What is only read of the checkout is no mount of the machine; all else is, and links may lead it anywhere there. */
function checkMounts({ mounts }: Pick<ContainerSpec, 'mounts'>, policy: Policy): Finding[] {
  return mounts.flatMap(({ source, readOnly }, index) => {
    const path = bare(source)
    if (isAllowedMount(path, policy) || (readOnly && !/^(\/|\.\.)/.test(path))) return []
    const what = readOnly ? `the mount ${source}` : `the writable mount ${source}`
    return [inContainer(['mounts', index, 'source'], refusal(what, 'allowed-mounts', path, policy))]
  })
}

/** Volumes of the engine are data of this machine, as its folders are: `allowed-mounts` names them `volume:NAME`. */
function checkVolumes({ engineVolumes }: ContainerSpec, policy: Policy): Finding[] {
  return engineVolumes.flatMap(({ name }, index) => {
    const allowed = `volume:${name}`
    if (policy.mounts === null || policy.mounts.some((pattern) => matches(pattern, allowed))) return []
    const why = refusal(`the engine’s volume ${name}`, 'allowed-mounts', allowed, policy)
    return [inContainer(['engineVolumes', index, 'name'], why)]
  })
}

/** Fields by one of whose values a task writes to the runner's checkout, the folder `.`. */
function checkShared(field: string, value: string, sharing: string, policy: Policy): Finding[] {
  if (value !== sharing || isAllowedMount('.', policy)) return []
  return [inContainer([field], refusal(`${field} ${value}`, 'allowed-mounts', '.', policy))]
}

const isAllowedMount = (path: string, { mounts }: Policy): boolean =>
  mounts === null || mounts.some((pattern) => matches(bare(pattern), path))

/** A path in its one form: `./a/../b/` is `b`. */
const bare = (path: string): string => normalize(path).replace(/(?<=.)\/$/, '')

function checkProfile(field: string, asked: string | undefined, least: Profile, policy: Policy): Finding[] {
  if (asked === undefined || rank(least) <= rank(policy.highestProfile)) return []
  return [inContainer([field], refusal(`${field} ${asked}`, 'highest-profile', least, policy))]
}

const rank = (profile: Profile): number => PROFILES.indexOf(profile)

/** Which input bounds what an option does, where a field of its own is for that. */
const NETWORK_OPTIONS = new Set(['net', 'network', 'link'])
const MOUNT_OPTIONS = new Set(['device', 'mount', 'volume', 'volume-driver', 'volumes-from'])

function checkOptions(
  { options }: ContainerSpec,
  policy: Policy,
  { optionNames }: ContainerFacts,
): Finding[] {
  return [...new Set(optionNames(options))].flatMap((name) => {
    const what = `the option --${name}`
    const refuse = (input: BoundingInput, name: string) => [
      inContainer(['options'], refusal(what, input, name, policy)),
    ]
    if (NETWORK_OPTIONS.has(name)) return policy.networks === null ? [] : refuse('allowed-networks', NO_NAME)
    if (MOUNT_OPTIONS.has(name)) return policy.mounts === null ? [] : refuse('allowed-mounts', NO_NAME)
    if (policy.highestProfile !== 'strict' || isInside(name)) return []
    return refuse('highest-profile', 'standard')
  })
}

/** No name lets an option pass: what it does is the matter of a field. */
const NO_NAME = ''

type BoundingInput =
  | 'allowed-runners'
  | 'allowed-networks'
  | 'allowed-mounts'
  | 'allowed-egress'
  | 'highest-profile'

/** Says what was asked for, which input refuses it, and what would have to stand there. */
const refusal = (what: string, input: BoundingInput, name: string, policy: Pick<Policy, 'isFork'>) =>
  beyondBounds(what, input, policy, 'leave it out', name === NO_NAME ? null : [name])

function beyondBounds(
  what: string,
  input: BoundingInput,
  { isFork }: Pick<Policy, 'isFork'>,
  way: string,
  names: readonly string[] | null,
): Pick<Finding, 'message' | 'code'> {
  const who = isFork ? ', and this run is of a fork’s pull request' : ''
  const instead = names === null ? way : `${way}, or let the workflow name ${names.join(', ')} there`
  return {
    message: `is refused: ${what} is beyond the input ${input} of the workflow${who}; ${instead}`,
    code: 'ACODE-CTN-011',
  }
}

const inContainer = (path: Finding['path'], found: Pick<Finding, 'message' | 'code'>): Finding => ({
  path: ['container', ...path],
  ...found,
})

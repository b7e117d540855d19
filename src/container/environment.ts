import { gitVariables } from './git-settings.ts'
import { CONTROL_PATHS } from './mounts/control.ts'
import type { CliProxies } from './proxy.ts'

/** The harmless ones of the runner's variables; all else of the runner's environment stays out. */
export const PASSED = [
  'GITHUB_REPOSITORY',
  'GITHUB_REPOSITORY_OWNER',
  'GITHUB_REF',
  'GITHUB_REF_NAME',
  'GITHUB_REF_TYPE',
  'GITHUB_HEAD_REF',
  'GITHUB_BASE_REF',
  'GITHUB_SHA',
  'GITHUB_RUN_ID',
  'GITHUB_RUN_NUMBER',
  'GITHUB_RUN_ATTEMPT',
  'GITHUB_WORKFLOW',
  'GITHUB_JOB',
  'GITHUB_ACTOR',
  'GITHUB_EVENT_NAME',
  'GITHUB_SERVER_URL',
  'GITHUB_API_URL',
  'RUNNER_ARCH',
  'RUNNER_ENVIRONMENT',
  'RUNNER_OS',
]

/** Who the task is to programs that ask the environment. */
interface TaskAccount {
  readonly name: string
  /** Null: the image's own. */
  readonly home: string | null
}

/** The container's variables: GitHub's harmless ones, then the task's own, then those that our promises rest on. */
export function environmentOf(
  identity: { readonly session: string; readonly task: string },
  workspacePath: string,
  runner: NodeJS.ProcessEnv,
  own: Readonly<Record<string, string>>,
  { name, home }: TaskAccount,
): Record<string, string> {
  const passed = PASSED.flatMap((name) => {
    const value = runner[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    CI: 'true',
    ...gitVariables(),
    ...(home === null ? {} : { HOME: home }),
    USER: name,
    LOGNAME: name,
    ...Object.fromEntries(passed),
    ...own,
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: workspacePath,
    GITHUB_OUTPUT: CONTROL_PATHS.output,
    GITHUB_ENV: CONTROL_PATHS.env,
    GITHUB_PATH: CONTROL_PATHS.path,
    GITHUB_EVENT_PATH: CONTROL_PATHS.event,
    GITHUB_STEP_SUMMARY: CONTROL_PATHS.summary,
    ARTIFACT_DIR: CONTROL_PATHS.artifacts,
    ACODE_SESSION: identity.session,
    ACODE_TASK: identity.task,
  }
}

/** Variables that the engine's CLI, the loader, its helpers or a shell around it read: theirs must not become the task's. */
const READ_BY_CLI = new RegExp(
  `^(${[
    'PATH|HOME|TMPDIR|LANG|LC_\\w+|SHELL|USER|BASH_ENV|IFS|PS4|NOTIFY_SOCKET',
    'LD_\\w+|DYLD_\\w+|GLIBC_TUNABLES|MALLOC_\\w+|LOCPATH|NLSPATH|GCONV_PATH|RES_OPTIONS|LOCALDOMAIN|HOSTALIASES',
    'DOCKER_(HOST|CONTEXT|CONFIG|API_VERSION|CERT_PATH|TLS|TLS_VERIFY|AUTH_CONFIG|DEFAULT_PLATFORM|HIDE_LEGACY_COMMANDS|CUSTOM_HEADERS|DRIVER|CONTENT_TRUST\\w*|CLI_\\w+|BUILDKIT)',
    'BUILDKIT_PROGRESS|BUILDX_\\w+|CONTAINER_(HOST|SSHKEY|CONNECTION|TLS_\\w+|PASSPHRASE|PROXY)|CONTAINERS_\\w+|PODMAN_\\w+',
    'REGISTRY_AUTH_FILE|STORAGE_(DRIVER|OPTS)|SSH_(AUTH_SOCK|ASKPASS|ASKPASS_REQUIRE|AGENT_PID|CLIENT|CONNECTION|TTY)',
    'XDG_(RUNTIME_DIR|CONFIG_HOME|CONFIG_DIRS|DATA_HOME|DATA_DIRS|CACHE_HOME|STATE_HOME)|DBUS_SESSION_BUS_ADDRESS',
    'GO(DEBUG|MAXPROCS|GC|TRACEBACK|MEMLIMIT|COVERDIR|RACE)|SSL_CERT_(FILE|DIR)|OTEL_\\w+',
    '(HTTPS?|ALL|NO|FTP)_PROXY|(https?|all|no|ftp)_proxy|ACODE_ENGINE\\w*',
  ].join('|')})$`,
)

/** The longest line that the CLI reads of an `--env-file`, with room for the name. */
const LONGEST_LINE = 60_000

/** How the variables get to the task without a value on a command line (RUN-5) and without the CLI reading them. */
export interface EnvironmentTransport {
  /** `--env NAME` arguments' names; the CLI takes the value from its own environment. */
  readonly byName: readonly string[]
  /** Added to the CLI's environment; undefined: taken out of it. */
  readonly cliEnvironment: Readonly<Record<string, string | undefined>>
  /** Text of an `--env-file` for names that the CLI reads itself; empty: none needed. */
  readonly file: string
  /** Those of them that such a file cannot carry: the task's own shell sets them ({@link withVariables}). */
  readonly inTask: Readonly<Record<string, string>>
}

/**
 * Divides the variables between the three ways. Proxies of the CLI's configuration go before those of an `--env-file`,
 * but not before what is named: there it takes its own, or leaves out what it does not have.
 */
export function transportEnvironment(
  environment: Readonly<Record<string, string>>,
  ofCli: CliProxies = { variables: {}, isLocal: true },
): EnvironmentTransport {
  const wayOf = ([name, value]: readonly [string, string]): 'byName' | 'file' | 'inTask' => {
    if (!READ_BY_CLI.test(name)) return 'byName'
    const isContested = Object.hasOwn(ofCli.variables, name) && ofCli.variables[name] !== value
    if (isContested) return ofCli.isLocal ? 'byName' : 'inTask'
    return fitsFile(value) ? 'file' : 'inTask'
  }
  const ways = {
    byName: new Map<string, string>(),
    file: new Map<string, string>(),
    inTask: new Map<string, string>(),
  }
  for (const entry of Object.entries(environment)) ways[wayOf(entry)].set(...entry)
  const unset = Object.keys(ofCli.variables).filter((name) => !Object.hasOwn(environment, name))
  return {
    byName: [...ways.byName.keys(), ...unset],
    cliEnvironment: {
      ...Object.fromEntries(ways.byName),
      ...Object.fromEntries(unset.map((name) => [name, undefined])),
    },
    file: [...ways.file].map(([name, value]) => `${name}=${value}\n`).join(''),
    inTask: Object.fromEntries(ways.inTask),
  }
}

/** True of a value that is one line, which the CLI reads to its end. */
const fitsFile = (value: string): boolean => !/\n|\r$/.test(value) && Buffer.byteLength(value) < LONGEST_LINE

import { CONTROL_PATHS } from './control.ts'

/** The harmless ones of the runner's variables; all else of the runner's environment stays out. */
export const PASSED = [
  'GITHUB_REPOSITORY',
  'GITHUB_REPOSITORY_OWNER',
  'GITHUB_REF',
  'GITHUB_REF_NAME',
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
]

/** The container's variables: GitHub's harmless ones, then the task's own, then those that our promises rest on. */
export function environmentOf(
  identity: { readonly session: string; readonly task: string },
  workspacePath: string,
  runner: NodeJS.ProcessEnv,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const passed = PASSED.flatMap((name) => {
    const value = runner[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    CI: 'true',
    // Whoever the task runs as, the workspace is its own: git need not doubt it (safe.directory).
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
    HOME: CONTROL_PATHS.home,
    ...Object.fromEntries(passed),
    ...own,
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: workspacePath,
    GITHUB_OUTPUT: CONTROL_PATHS.output,
    GITHUB_STEP_SUMMARY: CONTROL_PATHS.summary,
    ARTIFACT_DIR: CONTROL_PATHS.artifacts,
    ACODE_SESSION: identity.session,
    ACODE_TASK: identity.task,
  }
}

/** Variables that the engine's CLI, the loader or its helpers read themselves: theirs must not become the task's. */
const READ_BY_CLI =
  /^(PATH|HOME|TMPDIR|LANG|SHELL|USER|LD_.*|DYLD_.*|DOCKER_.*|BUILDKIT_.*|CONTAINER.*|PODMAN.*|SSH_.*|XDG_.*|GO[A-Z]+|SSL_CERT_(FILE|DIR)|OTEL_.*|(HTTPS?|ALL|NO)_PROXY|(https?|all|no)_proxy|ACODE_ENGINE.*)$/

/** How the variables get to the engine without a value on a command line (RUN-5). */
export interface EnvironmentTransport {
  /** `--env NAME` arguments' names; the CLI takes the value from its own environment. */
  readonly byName: readonly string[]
  /** Added to the CLI's environment. */
  readonly cliEnvironment: Readonly<Record<string, string>>
  /** Text of an `--env-file` for names that the CLI reads itself; empty: none needed. */
  readonly file: string
}

/**
 * Splits the variables into those passed by name and those in a file.
 * @throws RangeError for a value of several lines under a name that only a file could carry
 */
export function transportEnvironment(environment: Readonly<Record<string, string>>): EnvironmentTransport {
  const entries = Object.entries(environment)
  const inFile = entries.filter(([name]) => READ_BY_CLI.test(name))
  const byName = entries.filter(([name]) => !READ_BY_CLI.test(name))
  const broken = inFile.find(([, value]) => /[\r\n]/.test(value))
  if (broken)
    throw new RangeError(
      `the value of ${broken[0]} has several lines, which the engine's CLI cannot take for this name`,
    )
  return {
    byName: byName.map(([name]) => name),
    cliEnvironment: Object.fromEntries(byName),
    file: inFile.map(([name, value]) => `${name}=${value}\n`).join(''),
  }
}

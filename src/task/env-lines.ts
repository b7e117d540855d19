import { KeyValueError, parseKeyValues } from '../formats/key-values.ts'
import { OWN_VARIABLES, VARIABLE_NAME } from './field-kinds.ts'

/** What the input `env` says. */
interface EnvLines {
  readonly values: ReadonlyMap<string, string>
  /** Names and patterns for which the runner has no variable. */
  readonly missing: readonly string[]
}

/** What the runner gives its actions and no task may have, also when asked by name (SECURITY.md). */
const NEVER_PASSED =
  /^(ACTIONS_(RUNTIME_TOKEN|RUNTIME_URL|RESULTS_URL|CACHE_URL|ID_TOKEN_.*)|GITHUB_TOKEN|RUNNER_TRACKING_ID|INPUT_.*|STATE_.*)$/

const PATTERN = /^[A-Za-z_][\w.-]*\*$/

/**
 * Reads the input `env`: lines `KEY=VALUE` and `KEY<<END` … `END`, and above the first `KEY=VALUE` names (`KEY`,
 * `PREFIX_*`) of the runner's variables. Below it such a line is refused: it may be the second line of a value, and
 * would hand over what the workflow did not ask for.
 * @throws KeyValueError
 */
export function readEnvLines(text: string, runner: NodeJS.ProcessEnv): EnvLines {
  const missing: string[] = []
  const values = parseKeyValues(text, {
    keys: VARIABLE_NAME,
    lookUp: (name, line) => {
      const found = PATTERN.test(name) ? likeOf(name.slice(0, -1), runner) : named(name, line, runner)
      if (found !== null && found.length === 0) missing.push(name)
      return found
    },
  })
  return { values, missing }
}

/** The runner's variable of a name; null for what is no name. */
function named(name: string, line: number, runner: NodeJS.ProcessEnv): [string, string][] | null {
  if (NEVER_PASSED.test(name))
    throw new KeyValueError(
      `line ${line} asks for the runner's ${name}, which no task gets; give your own value with ${name}=…, best in secrets`,
    )
  if (!VARIABLE_NAME.test(name)) return null
  const value = runner[name]
  return value === undefined ? [] : [[name, value]]
}

/** The runner's variables that begin like this, without those that no task gets or that are the action's own. */
const likeOf = (prefix: string, runner: NodeJS.ProcessEnv): [string, string][] =>
  Object.entries(runner).flatMap(([name, value]) =>
    name.startsWith(prefix) &&
    value !== undefined &&
    VARIABLE_NAME.test(name) &&
    !NEVER_PASSED.test(name) &&
    !OWN_VARIABLES.has(name)
      ? [[name, value]]
      : [],
  )

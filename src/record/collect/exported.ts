import { VARIABLE_NAME } from '../../task/field-kinds.ts'
import { readEntries } from './task-outputs.ts'

/** What a task wrote for the later steps of the job, as far as it is passed on. */
export interface Exported {
  readonly variables: ReadonlyMap<string, string>
  /** In the order in which they are to be put in front of PATH. */
  readonly paths: readonly string[]
  /** What is left out, and why. */
  readonly problems: readonly string[]
  /** The first line that is none, which fails the step as it does GitHub's own; null when there is none. */
  readonly fault: string | null
}

/** Nothing was written. */
export const NOTHING_EXPORTED: Exported = { variables: new Map(), paths: [], problems: [], fault: null }

/**
 * What the runner refuses or sets itself for each step (`NODE_OPTIONS`, its contexts), and what this action's post step,
 * its docker and its node are steered by. PATH has its own file.
 */
const PROTECTED =
  /^(NODE_.*|GITHUB_.*|RUNNER_.*|ACTIONS_.*|INPUT_.*|STATE_.*|ACODE_.*|DOCKER_.*|CONTAINER_HOST|LD_.*|DYLD_.*|BASH_ENV|HOME|PATH)$/i

/**
 * Reads the task's files GITHUB_ENV and GITHUB_PATH.
 * @param onRunner where a path of the container is on the runner; null: nowhere
 */
export function readExported(env: string, path: string, onRunner: (path: string) => string | null): Exported {
  const { entries, fault } = readEntries(env, '$GITHUB_ENV')
  const variables = new Map<string, string>()
  const problems: string[] = []
  for (const { name, value, line } of entries) {
    const why = refusalOf(name, value)
    if (why === null) variables.set(name, value)
    else problems.push(`line ${line} of $GITHUB_ENV: ${why}`)
  }
  const paths: string[] = []
  for (const [at, text] of path.split(/\r?\n/).entries()) {
    if (text === '') continue
    const folder = text.startsWith('/') && !text.includes('\0') ? onRunner(text) : null
    if (folder === null) problems.push(`line ${at + 1} of $GITHUB_PATH is no folder of the runner`)
    else paths.push(folder)
  }
  return { variables, paths, problems, fault }
}

function refusalOf(name: string, value: string): string | null {
  if (!VARIABLE_NAME.test(name)) return 'its name is none of a variable'
  if (PROTECTED.test(name)) return `${name} is not the task’s to set`
  return value.includes('\0') ? `${name} holds a NUL byte, which no variable can` : null
}

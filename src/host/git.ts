import { run } from './process.ts'

/** Git could not do what it was asked to. */
export class GitError extends Error {
  override readonly name = 'GitError'
}

/** There is no git on this machine. */
export class GitMissingError extends GitError {
  constructor() {
    super('git is not on PATH')
  }
}

const BOUND_MS = 10 * 60_000

/** Nothing of the user's or the machine's configuration changes what git prints here, and nothing asks or locks. */
const QUIET = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_CONFIG_COUNT: '5',
  GIT_CONFIG_KEY_0: 'safe.directory',
  GIT_CONFIG_VALUE_0: '*',
  // Hooks and file monitors of a repository are programs, and none of it is ours.
  GIT_CONFIG_KEY_1: 'core.fsmonitor',
  GIT_CONFIG_VALUE_1: 'false',
  // A fetch may otherwise start a clean-up of the repository that outlives it, with a lock that comes and goes.
  GIT_CONFIG_KEY_2: 'gc.auto',
  GIT_CONFIG_VALUE_2: '0',
  GIT_CONFIG_KEY_3: 'maintenance.auto',
  GIT_CONFIG_VALUE_3: 'false',
  // Repositories of ours are filled with references that are files; the default of git 3 is another.
  GIT_CONFIG_KEY_4: 'init.defaultRefFormat',
  GIT_CONFIG_VALUE_4: 'files',
}

/** The environment in which git runs here. */
const gitEnvironment = (own: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => {
  const rest = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'))
  return { ...Object.fromEntries(rest), ...QUIET, ...own }
}

/** What a call of git may set. */
export interface GitOptions {
  readonly input?: Uint8Array | AsyncIterable<Uint8Array>
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** `latin1` keeps the bytes of names that are no text, one a character. */
  readonly encoding?: 'utf8' | 'latin1'
  /** Default ten minutes. */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Exit codes that are answers. Default 0. */
  readonly answers?: readonly number[]
}

/**
 * Runs git on this machine and gives its standard output.
 * @throws GitError
 */
export async function git(args: readonly string[], options: GitOptions = {}): Promise<string> {
  const { env, answers = [0], timeoutMs = BOUND_MS, ...rest } = options
  const finished = await run('git', args, { ...rest, timeoutMs, env: gitEnvironment(env) }).catch(
    (error: unknown) => {
      throw error instanceof Error && 'code' in error && error.code === 'ENOENT'
        ? new GitMissingError()
        : error
    },
  )
  if (finished.ended === 'timeout')
    throw new GitError(`git ${args[0]} did not end within ${timeoutMs / 1000} s`)
  if (finished.ended === 'aborted') throw new GitError(`git ${args.join(' ')} was given up`)
  if (finished.code === null || !answers.includes(finished.code))
    throw new GitError(`git ${args.join(' ')}: ${finished.stderr.trim() || `ended with ${finished.code}`}`)
  return finished.stdout
}

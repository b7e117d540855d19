import type { Stats } from 'node:fs'
import { lstatIfThere } from './files.ts'
import { run } from './process.ts'

/** Git could not do what it was asked to. */
export class GitError extends Error {
  override readonly name = 'GitError'
  /** The system's code, where git names what it stands for: a disk or a quota is full. */
  readonly code: string | null

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = FULL.find(([, words]) => words.test(message))?.[0] ?? null
  }
}

const FULL = [
  ['ENOSPC', /No space left on device/i],
  ['EDQUOT', /Disk quota exceeded/i],
] as const

/** There is no git on this machine. */
export class GitMissingError extends GitError {
  constructor() {
    super('git is not on PATH')
  }
}

/**
 * What is at a path of a repository; null when nothing is.
 * @throws GitError when that cannot be seen
 */
export const statInRepository = (path: string): Promise<Stats | null> =>
  lstatIfThere(path).catch((error: Error) => {
    throw new GitError(error.message, { cause: error })
  })

/**
 * A repository as git is given it. Its configuration is one that we wrote: a checkout's own is never read by git, for
 * settings name programs, and whatever had the checkout before may have written them (see `git-view.ts`).
 */
export interface Repository {
  readonly gitDir: string
  /** Where files are; none is looked at otherwise. */
  readonly workTree?: string
}

const LIMIT_MS = 10 * 60_000
const MEMORY_BYTES = 2 * 1024 ** 3

/**
 * What every call sets. None of it should matter, for git reads no configuration but ours: this is the second wall.
 * The order is that of the command line, where the last one counts.
 */
const SETTINGS = [
  // A folder that only looks like a repository is none: it has to be named.
  'safe.bareRepository=explicit',
  // Programs: hooks, monitors, transports, what asks for or keeps passwords, what reads the output.
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.sshCommand=ssh',
  'core.askPass=',
  'core.pager=cat',
  'core.alternateRefsCommand=true',
  'credential.helper=',
  // Nothing is fetched from anywhere, but for what a call allows.
  'protocol.allow=never',
  'protocol.ext.allow=never',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  // The user's own rules, which git finds without any configuration.
  'core.attributesFile=/dev/null',
  'core.excludesFile=/dev/null',
  // A fetch may otherwise start a clean-up of the repository that outlives it, with a lock that comes and goes.
  'gc.auto=0',
  'maintenance.auto=false',
  // Our repositories are filled with references that are files; the default of git 3 is another.
  'init.defaultRefFormat=files',
] as const

/** Nothing of the user's or the machine's configuration changes what git does here, and nothing asks or locks. */
const ENVIRONMENT = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
}

/** What git is not given: its own variables, what asks for passwords, and what the runner hands to an action. */
const WITHHELD = /^(GIT_|SSH_ASKPASS|INPUT_|STATE_|ACTIONS_)/

/** The environment in which git runs. */
function gitEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !WITHHELD.test(name))
  return { ...Object.fromEntries(kept), ...ENVIRONMENT }
}

/** How long a call of git may take, and what ends it before. */
export interface GitBounds {
  /** Default ten minutes. */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** What a call of git may set. */
export interface GitOptions extends GitBounds {
  readonly input?: Uint8Array | AsyncIterable<Uint8Array>
  /** `latin1` keeps the bytes of names that are no text, one a character. */
  readonly encoding?: 'utf8' | 'latin1'
  /** What git may allocate. Default 2 GiB. */
  readonly memoryBytes?: number
  /** Further settings, `key=value`. */
  readonly settings?: readonly string[]
  /** Transports by which it may fetch. Default none. */
  readonly transports?: readonly Transport[]
  /** Exit codes that are answers. Default 0. */
  readonly answers?: readonly number[]
}

/** By what git may fetch. `file` is for repositories that we named ourselves. */
export type Transport = 'file' | 'http' | 'https' | 'ssh'

/**
 * Runs git on a repository, or on none when it is null, and gives its standard output. Git looks for no repository
 * by itself.
 * @throws GitError
 */
export async function git(
  repository: Repository | null,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  const { answers = [0], timeoutMs = LIMIT_MS, memoryBytes = MEMORY_BYTES, input, encoding, signal } = options
  const finished = await run('git', [...settingsFor(options), ...repositoryOptions(repository), ...args], {
    input,
    encoding,
    signal,
    timeoutMs,
    memoryBytes,
    withChildren: true,
    cwd: repository?.workTree ?? '/',
    env: gitEnvironment(),
  })
  // The shell that sets the limit of memory says so with 127; git itself has no such code.
  if (finished.code === 127 && finished.ended === 'by-itself') throw new GitMissingError()
  if (finished.ended === 'timeout')
    throw new GitError(`git ${args[0]} did not end within ${timeoutMs / 1000} s`)
  if (finished.ended === 'aborted') throw new GitError(`git ${args[0]} was given up`)
  if (finished.ended === 'too-long') throw new GitError(`git ${args[0]} printed more than is taken of it`)
  if (finished.code === null || !answers.includes(finished.code))
    throw new GitError(`git ${args.join(' ')}: ${finished.stderr.trim() || `ended with ${finished.code}`}`)
  return finished.stdout
}

function settingsFor({ settings = [], transports = [] }: GitOptions): string[] {
  const allowed = transports.map((name) => `protocol.${name}.allow=always`)
  return [...SETTINGS, ...allowed, ...settings].flatMap((setting) => ['-c', setting])
}

function repositoryOptions(repository: Repository | null): string[] {
  if (repository === null) return ['--git-dir=/dev/null']
  const { gitDir, workTree } = repository
  return [`--git-dir=${gitDir}`, ...(workTree === undefined ? [] : [`--work-tree=${workTree}`])]
}

import { type StartFault, startFault } from '../../engine/start-faults.ts'
import type { RunRecord } from '../run-record.ts'

/** What a hint is made from. */
export type HintFacts = Pick<RunRecord, 'status' | 'exitCode' | 'error' | 'container' | 'runner' | 'egress'>

/** What names the cause of a failed task: its last lines, or the engine's message. */
interface Failure extends HintFacts {
  readonly words: string
}

type Rule = (failure: Failure) => string | null

/**
 * What a failure most likely means and what to do about it, where its exit code and last words are known ones.
 * @param lastWords the end of the task's output as plain text
 * @returns null when nothing is known
 */
export function hintOf(facts: HintFacts, lastWords: string): string | null {
  const [rules, words] =
    facts.status === 'error' ? [ENGINE_RULES, facts.error?.message ?? ''] : [RULES, lastWords]
  // Other endings are our own decisions, and their messages say what to do.
  if (facts.status !== 'error' && (facts.status !== 'failed' || facts.error !== null)) return null
  for (const rule of rules) {
    const hint = rule({ ...facts, words })
    if (hint !== null) return hint
  }
  return null
}

/** A rule that looks for words, in whichever exit. */
const onWords =
  (pattern: RegExp, hint: (failure: Failure) => string | null): Rule =>
  (failure) =>
    pattern.test(failure.words) ? hint(failure) : null

/** A rule for what an engine says of a program that it cannot start, to us or where a task has one start it. */
const onFault =
  (fault: StartFault, hint: (failure: Failure) => string): Rule =>
  (failure) =>
    startFault(failure.words) === fault ? hint(failure) : null

/** A rule for one exit code. */
const onExit =
  (code: number, hint: (failure: Failure) => string): Rule =>
  (failure) =>
    failure.exitCode === code ? hint(failure) : null

const SHELLS = /^(?:.*\/)?(?:ba|da|z|fi|k)?sh$|^(?:.*\/)?(?:pwsh|python3?)$/

const missing = (program: string): string => {
  if (program.includes('/') && !SHELLS.test(program))
    return `The image has no ${program}, or not what starts it (its interpreter, or the C library that it was built for, as musl in place of glibc): check the path, and use an image that fits.`
  return SHELLS.test(program)
    ? `The image has no ${program}: use shell with one that it has (shell: sh), or an image with ${program}.`
    : `The image has no ${program}: use an image that brings it, install it in run, or correct its name.`
}

const permission = ({ container: { profile, user }, exitCode }: Failure): string | null => {
  if (exitCode === 126) return null
  const who = user === null ? 'The task' : `The task runs as ${user} and`
  return profile === 'strict'
    ? `${who} may write to its workspace, $HOME and /tmp alone in profile strict: write there, or use user: image with profile: standard where the image needs its own user.`
    : `${who} may not do this: check whose the file is, and the inputs user and profile.`
}

/** Why an engine cannot start a container. */
const ENGINE_RULES: readonly Rule[] = [
  onFault(
    'no-gpu-driver',
    () =>
      'The engine has no driver for the GPUs that gpus asks for: install the NVIDIA Container Toolkit on the runner, use a runner that has it, or leave gpus out.',
  ),
  onFault('other-processor', ({ container: { platform }, runner: { arch } }) => {
    const what =
      platform === null ? 'The program is' : `The image is for ${platform}, or the program in it is`
    return `${what} for another processor than the runner (${arch}), or a script without a first line #!…: use an image for this platform (input platform), a runner of the other, or emulation (docker/setup-qemu-action).`
  }),
]

/** The more a rule knows, the earlier it is asked. */
const RULES: readonly Rule[] = [
  ...ENGINE_RULES,
  onWords(
    /docker\.sock|cannot connect to the docker daemon/i,
    () =>
      'No task is given the engine of its runner: run what needs docker in its own step, outside of the task.',
  ),
  onWords(
    /(?:\^M|\\r|\r)['’]?: (?:bad interpreter|no such file or directory)|bad interpreter: .*\^M/i,
    () => 'The script has Windows line ends (CRLF): commit it with LF (in .gitattributes: *.sh text eol=lf).',
  ),
  onWords(
    /number of file watchers|inotify_add_watch|inotify.*limit/i,
    () =>
      'The machine has no room for more file watchers, which all its containers share: watch less, poll, or raise fs.inotify.max_user_watches on the runner.',
  ),
  onWords(
    /No usable sandbox|Failed to move to new namespace|sandbox_host_linux/i,
    () =>
      'A browser’s own sandbox needs rights that a task has not: start it with --no-sandbox, since the container is one.',
  ),
  onWords(
    /JavaScript heap out of memory|java\.lang\.OutOfMemoryError/i,
    ({ container: { limits } }) =>
      `The program met its own limit of memory, which is below that of the task${limits?.memoryBytes == null ? '' : ' (memory)'}: raise it (NODE_OPTIONS=--max-old-space-size=MIB, or java -Xmx), or let it need less at once.`,
  ),
  onWords(
    /cannot fork|fork: (?:retry: )?resource temporarily unavailable|pthread_create failed|can't start new thread|unable to create (?:new )?native thread/i,
    ({ container: { limits } }) =>
      `There was no room for another process or thread${limits?.pids == null ? '' : ` (pids-limit: ${limits.pids})`}: raise pids-limit, or run less at once.`,
  ),
  onWords(
    /too many open files|EMFILE/i,
    () => 'A program had more files open than it may: options: --ulimit nofile=65536, or open less at once.',
  ),
  onWords(
    /no space left on device|disk quota exceeded|ENOSPC/i,
    () =>
      'A disk is full: free space on the runner (docker system prune), write less, or give /dev/shm more with shm-size where it is that one.',
  ),
  onWords(
    /read-only file system|EROFS/i,
    () =>
      'The file is on a file system that may only be read: write to the workspace, $HOME or /tmp, leave read-only out, or mount without :ro.',
  ),
  onWords(
    /could not resolve host|temporary failure in name resolution|EAI_AGAIN|getaddrinfo|bad address '/i,
    ({ container: { network }, egress }) =>
      egress !== undefined
        ? `Names are not resolved in a task with egress: ${egress.mode === 'none' ? 'it reaches nothing' : 'a program that does not go by HTTPS_PROXY reaches nothing'} (docs/egress.md).`
        : network === 'none'
          ? 'The task has no network (network: none): leave that out, or bring what it needs in the image.'
          : 'A name could not be resolved: check it, the network of the task and of its runner.',
  ),
  onWords(
    /detected dubious ownership/i,
    () =>
      'Git doubts whose the folder is: a folder outside of the workspace needs git config --global --add safe.directory FOLDER in run.',
  ),
  onWords(/permission denied|EACCES|operation not permitted|EPERM/i, permission),
  ({ exitCode, words }) => {
    const program = exitCode === 127 ? missingProgram(words) : null
    return program === null ? null : missing(program)
  },
  onExit(
    126,
    () =>
      'The command was found and cannot be run, mostly for want of permission to execute it: git update-index --chmod=+x FILE and commit, or start it with its interpreter (sh FILE).',
  ),
  onExit(
    127,
    () =>
      'A command was not found in the image: use an image that brings it, install it in run, or correct its name or path.',
  ),
  onExit(132, () => 'A program used an instruction that this processor lacks (SIGILL): use a build for it.'),
  onExit(
    134,
    () => 'A program gave itself up (SIGABRT), as after a failed assertion; its last lines say why.',
  ),
  onExit(
    135,
    () =>
      'A program could not use memory that it had mapped (SIGBUS), often /dev/shm being full: use shm-size.',
  ),
  onExit(137, ({ container: { limits } }) => {
    const limit = limits?.memoryBytes == null ? 'the machine has no more' : 'see the limit in memory'
    return `Something killed it (SIGKILL): the task itself, or the machine for want of memory (${limit}). Look in the log for who did, or let it need less at once.`
  }),
  onExit(
    139,
    () =>
      'A program crashed (SIGSEGV): a fault in it or in a native library that was built for another image (musl or glibc).',
  ),
  onExit(141, () => 'A program wrote to a pipe that was no longer read (SIGPIPE), as in COMMAND | head.'),
  onExit(
    143,
    () =>
      'Something in the task ended it (SIGTERM), such as kill or timeout; neither its time limit here nor a cancellation did.',
  ),
  onExit(
    125,
    () => 'Docker and env use this code where they cannot start a command; the last lines say why.',
  ),
]

const PROGRAM = String.raw`['"‘\x60]?([^\s:'"’\x60]{1,80})['"’\x60]?`
/** How engines, shells and env say that a program is not there. */
const NOT_THERE = [
  new RegExp(`command not found: ${PROGRAM}`, 'i'),
  new RegExp(`exec: ${PROGRAM}: (?:executable file )?not found`, 'i'),
  new RegExp(`exec ${PROGRAM}: no such file or directory`, 'i'),
  new RegExp(`exec: ${PROGRAM}: stat .*: no such file or directory`, 'i'),
  new RegExp(String.raw`(?:^|[:\s])${PROGRAM}: (?:command )?not found`, 'im'),
  new RegExp(`env: (?:can't execute )?${PROGRAM}: no such file or directory`, 'i'),
  new RegExp(`${PROGRAM}: bad interpreter`, 'i'),
]

/** The program that is not there, by the last line that says so. */
function missingProgram(words: string): string | null {
  for (const line of words.split('\n').toReversed())
    for (const pattern of NOT_THERE) {
      const program = pattern.exec(line)?.[1]
      if (program !== undefined) return program
    }
  return null
}

import { basename } from 'node:path/posix'
import { TaskError } from '../errors.ts'
import { shellQuoted } from '../formats/shell-quoted.ts'
import { QuotingError, shellWords } from '../formats/shell-words.ts'
import type { Redaction } from '../streams/redact.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { CONTROL, CONTROL_PATHS, type Script } from './mounts/control.ts'

/** What the container runs, as `docker create` takes it. */
export interface Command {
  /** Replaces the image's ENTRYPOINT; null: the image's stays. */
  readonly entrypoint: string | null
  readonly args: readonly string[]
  /** The script that the control folder has to hold. */
  readonly script: Script | null
}

/** What an image runs by default; empty when it has none. */
export interface ImageCommand {
  readonly entrypoint: readonly string[]
  readonly command: readonly string[]
}

interface Shell {
  readonly template: readonly string[]
  readonly extension: string
  readonly wrap?: (script: string) => string
}

/** GitHub's meaning of `shell:` (workflow syntax, jobs.<id>.steps[*].shell), for shells that images have. */
const SHELLS: Readonly<Record<string, Shell>> = {
  sh: { template: ['sh', '-e', '{0}'], extension: '.sh' },
  bash: { template: ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '{0}'], extension: '.sh' },
  python: { template: ['python', '{0}'], extension: '.py' },
  pwsh: {
    template: ['pwsh', '-command', ". '{0}'"],
    extension: '.ps1',
    wrap: (script) =>
      `$ErrorActionPreference = 'stop'\n${script}\nif ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit $LASTEXITCODE }\n`,
  },
}

/**
 * The container's command. A script runs in place of the image's ENTRYPOINT, as in GitHub's own container
 * jobs; a command list is passed to it. An entrypoint that the task names gets either as its arguments, so
 * that set-up scripts which end in `exec "$@"` work (IMG-7). Where the task names neither, the image's own command
 * runs; an empty entrypoint takes the image's away from it.
 * @param image null when it is not known
 * @throws TaskError ACODE-CTN-006 for a shell template that is none, and for an image that has nothing to run
 */
export function commandOf(
  spec: Pick<ContainerSpec, 'run' | 'shell' | 'command' | 'entrypoint'>,
  image: ImageCommand | null = null,
): Command {
  const [entrypoint, ...entrypointArgs] = spec.entrypoint ?? []
  const { argv, script } =
    spec.run === undefined ? { argv: spec.command ?? [], script: null } : scriptCommand(spec.run, spec.shell)
  if (entrypoint !== undefined) return { entrypoint, args: [...entrypointArgs, ...argv], script }
  const isImagesOff = script !== null || spec.entrypoint !== undefined
  const whole = argv.length === 0 ? (image?.command ?? []) : argv
  if (image !== null && whole.length === 0 && (isImagesOff || image.entrypoint.length === 0))
    throw nothingToRun()
  if (!isImagesOff) return { entrypoint: null, args: whole, script }
  const [first, ...args] = whole
  return { entrypoint: first ?? null, args, script }
}

const nothingToRun = () =>
  new TaskError(
    'ACODE-CTN-006',
    'The task names neither run nor command, and its image has no command to run in their place. Write run: … or command: […].',
  )

/**
 * The same command behind a shell that first sets the variables which the control folder's file `environment` has
 * ({@link environmentScript}).
 */
export function withEnvironment(command: Command, image: ImageCommand): Command {
  const argv = [...(command.entrypoint === null ? image.entrypoint : [command.entrypoint]), ...command.args]
  const script = `. ${CONTROL_PATHS.environment} && exec "$@"`
  return { ...command, entrypoint: '/bin/sh', args: ['-c', script, 'sh', ...argv] }
}

/** The text of that file. */
export const environmentScript = (variables: Readonly<Record<string, string>>): string =>
  Object.entries(variables)
    .map(([name, value]) => `export ${name}=${shellQuoted(value)}\n`)
    .join('')

function scriptCommand(run: string, shellName: string): { argv: string[]; script: Script } {
  const shell = (Object.hasOwn(SHELLS, shellName) && SHELLS[shellName]) || customShell(shellName)
  const path = `script${shell.extension}`
  const text = isPosix(shell) ? run.replaceAll('\r\n', '\n') : run
  return {
    argv: shell.template.map((part) => part.replaceAll('{0}', `${CONTROL}/${path}`)),
    script: { path, content: shell.wrap?.(text) ?? endWithNewline(text) },
  }
}

/** Shells to which the CR of a line that ends in CRLF is a part of its last word. */
const POSIX_SHELLS = new Set(['sh', 'bash', 'ash', 'dash', 'ksh', 'mksh', 'yash', 'zsh'])

/** True when a POSIX shell reads the script, also behind another program such as `env` or `busybox`. */
const isPosix = ({ template }: Shell): boolean => template.some((part) => POSIX_SHELLS.has(basename(part)))

function customShell(template: string): Shell {
  const hint = `Use one of ${Object.keys(SHELLS).join(', ')}, or a template that holds {0} for the script's path, such as "perl {0}".`
  try {
    const parts = shellWords(template)
    if (parts.length > 1 && template.includes('{0}')) return { template: parts, extension: '' }
  } catch (error) {
    if (!(error instanceof QuotingError)) throw error
    throw new TaskError('ACODE-CTN-006', `The shell "${template}" is no template: ${error.message}. ${hint}`)
  }
  throw new TaskError('ACODE-CTN-006', `The shell "${template}" is not known. ${hint}`)
}

const endWithNewline = (script: string): string => (script.endsWith('\n') ? script : `${script}\n`)

const LONGEST_SUMMARY = 200

/**
 * The command in one line for records and people. Values that are known to be secret are struck out, and of a
 * script only its shell and size are given: a script may hold secrets that the workflow wrote into it.
 */
export function summarizeCommand(command: Command, redaction: Redaction): string {
  const argv = [...(command.entrypoint === null ? [] : [command.entrypoint]), ...command.args]
  const lines = command.script?.content.trimEnd().split('\n').length
  // Struck out before it is quoted: quotation marks change what a secret looks like.
  const text = argv
    .map((part) => redaction.text(part))
    .map((part) => (/^[\w@%+=:,./*-]+$/.test(part) ? part : JSON.stringify(part)))
    .join(' ')
  const struck = redaction.text(text)
  const short = struck.length > LONGEST_SUMMARY ? `${struck.slice(0, LONGEST_SUMMARY - 1)}…` : struck
  return lines === undefined ? short : `${short} (${lines} ${lines === 1 ? 'line' : 'lines'})`
}

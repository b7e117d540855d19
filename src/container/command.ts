import { parse } from 'shell-quote'
import type { Redaction } from '../engine/redact.ts'
import { TaskError } from '../errors.ts'
import type { ContainerSpec } from '../task/contract.ts'
import { CONTROL } from './control.ts'

/** What the container runs, as `docker create` takes it. */
export interface Command {
  /** Replaces the image's ENTRYPOINT; null: the image's stays. */
  readonly entrypoint: string | null
  readonly args: readonly string[]
  /** The script that the control folder has to hold. */
  readonly script: { readonly path: string; readonly content: string } | null
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
 * that set-up scripts which end in `exec "$@"` work (IMG-7).
 * @throws TaskError ACODE-CTN-006 for a shell template that is none
 */
export function commandOf(spec: Pick<ContainerSpec, 'run' | 'shell' | 'command' | 'entrypoint'>): Command {
  const [entrypoint, ...entrypointArgs] = spec.entrypoint ?? []
  const { argv, script } =
    spec.run === undefined ? { argv: spec.command ?? [], script: null } : scriptCommand(spec.run, spec.shell)
  if (entrypoint !== undefined) return { entrypoint, args: [...entrypointArgs, ...argv], script }
  if (script === null) return { entrypoint: null, args: argv, script }
  const [shell, ...args] = argv
  return { entrypoint: shell ?? null, args, script }
}

function scriptCommand(
  run: string,
  shellName: string,
): { argv: string[]; script: NonNullable<Command['script']> } {
  const shell = (Object.hasOwn(SHELLS, shellName) && SHELLS[shellName]) || customShell(shellName)
  const path = `script${shell.extension}`
  return {
    argv: shell.template.map((part) => part.replaceAll('{0}', `${CONTROL}/${path}`)),
    script: { path, content: shell.wrap?.(run) ?? endWithNewline(run) },
  }
}

function customShell(template: string): Shell {
  const parts = parse(template, (name) => `$${name}`)
  if (parts.every((part) => typeof part === 'string') && parts.length > 1 && template.includes('{0}'))
    return { template: parts, extension: '' }
  throw new TaskError(
    'ACODE-CTN-006',
    `The shell "${template}" is not known. Use one of ${Object.keys(SHELLS).join(', ')}, or a template that holds {0} for the script's path, such as "perl {0}".`,
  )
}

const endWithNewline = (script: string): string => (script.endsWith('\n') ? script : `${script}\n`)

const LONGEST_SUMMARY = 200

/**
 * The command in one line for records and people. Values that are known to be secret are struck out, and of a
 * script only its shell and size are told: a script may hold secrets that the workflow wrote into it.
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

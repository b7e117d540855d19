import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { temporaryFolder } from './temporary-folder.ts'

/** One call of git as it was made. */
export interface GitCall {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** A `git` in front of the real one on PATH that writes down how it is called. */
export class GitShim {
  readonly #folder = temporaryFolder()

  constructor() {
    chmodSync(this.#folder, 0o777)
    mkdirSync(path.join(this.#folder, 'bin'))
    const git = execFileSync('/bin/sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
    const program = path.join(this.#folder, 'bin/git')
    const calls = `'${this.#folder}/calls'`
    // Each call in one write: arguments and environment end in NUL, a call in two more.
    const record = `{ printf '%s\\0' "$@"; printf '\\0'; cat /proc/$$/environ; printf '\\0\\0'; } >"$call"; cat "$call" >>${calls}`
    writeFileSync(
      program,
      `#!/bin/sh\ncall='${this.#folder}'/call-$$\n${record}; rm "$call"\nexec '${git}' "$@"\n`,
    )
    chmodSync(program, 0o755)
  }

  /** For the step's environment. */
  get env(): { PATH: string } {
    return { PATH: `${this.#folder}/bin${path.delimiter}${process.env.PATH}` }
  }

  calls(): GitCall[] {
    const file = path.join(this.#folder, 'calls')
    const text = existsSync(file) ? readFileSync(file, 'latin1') : ''
    return text
      .split('\0\0\0')
      .filter((call) => call !== '')
      .map((call) => {
        const [args = '', env = ''] = call.split('\0\0')
        return { args: args.split('\0'), env: Object.fromEntries(env.split('\0').map(entry)) }
      })
  }
}

function entry(text: string): [string, string] {
  const end = text.indexOf('=')
  return [text.slice(0, end), text.slice(end + 1)]
}

/** What every call has to say, whatever it asks for. */
const SETTINGS = [
  'safe.bareRepository=explicit',
  'protocol.allow=never',
  'protocol.ext.allow=never',
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.askPass=',
  'core.alternateRefsCommand=true',
  'credential.helper=',
]
const ENVIRONMENT = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '',
}
const ALLOWED = [...Object.keys(ENVIRONMENT), 'GIT_CONFIG_SYSTEM', 'GIT_OPTIONAL_LOCKS', 'GIT_NO_LAZY_FETCH']
ALLOWED.push('GIT_NO_REPLACE_OBJECTS')

/** What a call lacks, or has too much, of what keeps a repository from acting; none when it is as it has to be. */
export function faultsOf({ args, env }: GitCall): string[] {
  const settings = args.filter((_, index) => args[index - 1] === '-c')
  const [place, command = '', ...rest] = args.filter((arg, index) => arg !== '-c' && args[index - 1] !== '-c')
  const faults = SETTINGS.filter((setting) => !settings.includes(setting)).map((one) => `lacks -c ${one}`)
  const seen = Object.entries(ENVIRONMENT).filter(([name, value]) => env[name] !== value)
  faults.push(...seen.map(([name, value]) => `lacks ${name}=${value}`))
  const inherited = Object.keys(env).filter((name) => name.startsWith('GIT_') && !ALLOWED.includes(name))
  faults.push(...inherited.map((name) => `has ${name}`))
  if (!/^--git-dir=\//.test(place ?? '')) faults.push('does not name its repository')
  // Only repositories of our own are named, and none for a question about a file.
  if (
    !/^--git-dir=(\/dev\/null$|.*\/(acode-git-\w+|patch\.git|commits\.git|clone\/\.git)$)/.test(place ?? '')
  )
    faults.push(`names ${place}`)
  const isDiff = [command, ...rest].some((arg) => /^(diff|diff-tree|log|show)$/.test(arg))
  if (isDiff && !['--no-ext-diff', '--no-textconv'].every((one) => rest.includes(one)))
    faults.push('may convert texts')
  if (settings.some((setting) => setting.startsWith('safe.directory'))) faults.push('trusts every folder')
  return faults.map((fault) => `git ${[command, ...rest].join(' ')} ${fault}`)
}

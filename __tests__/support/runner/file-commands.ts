import { randomUUID } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { User } from './layout.ts'

/** Names and prefixes of FileCommandManager.cs. */
const PREFIXES = {
  GITHUB_ENV: 'set_env_',
  GITHUB_OUTPUT: 'set_output_',
  GITHUB_PATH: 'add_path_',
  GITHUB_STATE: 'save_state_',
  GITHUB_STEP_SUMMARY: 'step_summary_',
} as const

type Variable = keyof typeof PREFIXES
const LARGEST_SUMMARY = 1024 * 1024

export type FileCommandResults = {
  readonly outputs: Record<string, string>
  readonly state: Record<string, string>
  readonly env: Record<string, string>
  readonly paths: string[]
  readonly summary: string
  /** What the runner says about files it cannot process; all but a summary's size fail the step. */
  readonly errors: { readonly message: string; readonly fails: boolean }[]
}

/** The files through which a step talks to the runner: new and empty for each stage of each step. */
export class FileCommands {
  /** `GITHUB_OUTPUT` and its like. */
  readonly environment: Readonly<Record<Variable, string>>

  readonly #user: User | undefined

  constructor(temp: string, user?: User) {
    this.#user = user
    const folder = path.join(temp, '_runner_file_commands')
    mkdirSync(folder, { recursive: true })
    if (user !== undefined) chownSync(folder, user.uid, user.gid)
    const suffix = randomUUID()
    const create = (variable: Variable): string => {
      const file = path.join(folder, PREFIXES[variable] + suffix)
      this.#write(file, '')
      return file
    }
    this.environment = {
      GITHUB_ENV: create('GITHUB_ENV'),
      GITHUB_OUTPUT: create('GITHUB_OUTPUT'),
      GITHUB_PATH: create('GITHUB_PATH'),
      GITHUB_STATE: create('GITHUB_STATE'),
      GITHUB_STEP_SUMMARY: create('GITHUB_STEP_SUMMARY'),
    }
  }

  /** Reads all of them, as the runner does when the process has ended, however it ended. */
  read(): FileCommandResults {
    const errors: { message: string; fails: boolean }[] = []
    const pairs = (variable: Variable, ignoreCase = false): Record<string, string> => {
      const values: Record<string, string> = {}
      try {
        parseKeyValues(this.#text(variable), (key, value) => {
          values[(ignoreCase && sameWithoutCase(values, key)) || key] = value
        })
      } catch (error) {
        const what = variable.slice('GITHUB_'.length).toLowerCase()
        errors.push({ message: `Unable to process file command '${what}' successfully.`, fails: true })
        errors.push({ message: error instanceof Error ? error.message : String(error), fails: true })
      }
      return values
    }
    const { NODE_OPTIONS: blocked, ...env } = pairs('GITHUB_ENV')
    if (blocked !== undefined) {
      const message = "Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command."
      errors.push({ message, fails: false })
    }
    let summary = this.#text('GITHUB_STEP_SUMMARY')
    const size = Buffer.byteLength(summary)
    if (size > LARGEST_SUMMARY) {
      const limit = `supports content up to a size of 1024k, got ${Math.floor(size / 1024)}k.`
      errors.push({ message: `$GITHUB_STEP_SUMMARY upload aborted, ${limit}`, fails: false })
      summary = ''
    }
    // CreateStepSummaryCommand: what is queued for upload is a copy with the job's secrets masked.
    if (summary !== '') this.#write(`${this.environment.GITHUB_STEP_SUMMARY}-scrubbed`, summary)
    return {
      outputs: pairs('GITHUB_OUTPUT', true),
      state: pairs('GITHUB_STATE', true),
      env,
      paths: this.#text('GITHUB_PATH')
        .split(/\r\n|\r|\n/)
        .filter((line) => line !== ''),
      summary,
      errors,
    }
  }

  #write(file: string, text: string): void {
    writeFileSync(file, text)
    if (this.#user !== undefined) chownSync(file, this.#user.uid, this.#user.gid)
  }

  #text(variable: Variable): string {
    const file = this.environment[variable]
    return existsSync(file) ? readFileSync(file, 'utf8') : ''
  }
}

/** The runner's maps of outputs and state ignore case: a later name wins, in the spelling of the first. */
const sameWithoutCase = (values: Record<string, string>, name: string): string | undefined =>
  Object.keys(values).find((one) => one.toLowerCase() === name.toLowerCase())

/**
 * `NAME=VALUE` or `NAME<<DELIMITER`, the lines of the value, `DELIMITER` (EnvFileKeyValuePairs): what comes first in
 * a line decides. The first line that is neither ends the file; what came before it counts.
 */
export function parseKeyValues(text: string, set: (key: string, value: string) => void): void {
  const lines = text.split('\n')
  const last = lines.length - 1
  for (let at = 0; at <= last; at++) {
    const line = lines[at] ?? ''
    if (line === '') continue
    const equals = line.indexOf('=')
    const heredoc = line.indexOf('<<')
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      if (equals === 0) throw new Error("Value cannot be null or empty. (Parameter 'name')")
      set(line.slice(0, equals), line.slice(equals + 1))
    } else if (heredoc >= 0) {
      const key = line.slice(0, heredoc)
      const delimiter = line.slice(heredoc + 2)
      if (key === '' || delimiter === '') {
        throw new Error(`Invalid format '${line}'. Name must not be empty and delimiter must not be empty`)
      }
      const end = lines.indexOf(delimiter, at + 1)
      if (end < 0) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`)
      set(key, lines.slice(at + 1, end).join('\n'))
      at = end
    } else {
      throw new Error(`Invalid format '${line}'`)
    }
  }
}

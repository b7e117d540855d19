import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { run } from '../../host/process.ts'
import { cannotStart, cliRefusal, EngineError } from '../errors.ts'
import type { Bounds, Calls } from './call.ts'

/** What a call of the CLI may set besides its arguments. */
export interface CliOptions extends Bounds {
  /** The whole environment. Default this process's own. */
  readonly env?: NodeJS.ProcessEnv | undefined
  /** Given each line that it prints, as it prints it. */
  readonly onLine?: ((line: string) => void) | undefined
}

/** The bound of the call ends the program; its own is there for a call without one. */
const LONGEST_MS = 2 ** 31 - 1

/**
 * The engine's CLI, for what it does best: `create`, whose options are in its own grammar and which a person can run
 * again (RUN-7), and `build`, which knows what a context is and which builder there is. Arguments are lists; nothing passes through a shell.
 */
export class Cli {
  readonly #calls: Calls

  constructor(calls: Calls) {
    this.#calls = calls
  }

  /**
   * Runs `docker ARGS` and gives its standard output without the last line end.
   * @throws EngineError
   */
  run(args: readonly string[], { env, onLine, ...bounds }: CliOptions = {}): Promise<string> {
    const call = `docker ${args[0]}`
    return this.#calls.run(['docker', ...args], bounds, async (signal) => {
      const onOutput = onLine && byLine(onLine)
      const options = { env, onOutput, signal, timeoutMs: LONGEST_MS }
      const finished = await run('docker', args, options).catch((error: unknown) => {
        throw cannotStart(call, error)
      })
      if (finished.ended === 'too-long')
        throw new EngineError('refused', call, `${call} printed more than is taken of it`)
      if (finished.code !== 0) throw cliRefusal(call, finished.stderr, finished.code)
      return finished.stdout.replace(/\n$/, '')
    })
  }
}

function byLine(onLine: (line: string) => void): (chunk: Buffer) => void {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  return (chunk) => {
    const lines = (rest + decoder.write(chunk)).split(/\r*\n/)
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim() !== '') onLine(line)
  }
}

/** Whether there is a `docker` command on PATH. */
export const hasCli = (path: string = process.env.PATH ?? ''): boolean =>
  path.split(delimiter).some((folder) => isProgram(join(folder, 'docker')))

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false // not there, or not for us
  }
}

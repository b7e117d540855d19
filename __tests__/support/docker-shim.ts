import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  watch,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import type { Running } from './runner/running.ts'
import type { StepResult } from './runner.ts'

/** Calls wait for it in vain: no writer ever opens this pipe. */
const FOREVER = 'forever'

/** Where a call waits: before the engine hears of it, or after the engine has done it. */
export type When = 'before' | 'after'

/** A call of the CLI that waits for the test. */
export type Gate = {
  /** Resolves when a call has come to the gate; rejects when the step ends without it. */
  reachedBy(step: Running<StepResult>): Promise<void>
  /** Lets the call go on. */
  open(): void
}

/**
 * A `docker` in front of the real one on PATH, which stops chosen calls at chosen moments. Patterns are the
 * shell's, over all arguments: `create *`. The first rule that fits is the one that counts.
 */
export class DockerShim {
  readonly #folder: string

  /** Removed when the test is over. */
  static create(): DockerShim {
    const shim = new DockerShim(mkdtempSync(path.join(tmpdir(), 'docker-shim-')))
    onTestFinished(() => rmSync(shim.#folder, { recursive: true, force: true }))
    return shim
  }

  private constructor(folder: string) {
    this.#folder = folder
    // Steps of other users call it too.
    chmodSync(folder, 0o777)
    mkdirSync(path.join(folder, 'bin'))
    mkdirSync(path.join(folder, 'rules'))
    this.#pipe(path.join(folder, FOREVER))
    const program = path.join(folder, 'bin/docker')
    writeFileSync(program, script(folder, realDocker()))
    chmodSync(program, 0o755)
  }

  /** For the step's environment. */
  get env(): { PATH: string } {
    return { PATH: `${this.#folder}/bin${path.delimiter}${process.env.PATH}` }
  }

  /** Stops the next call of this pattern, and no later one. */
  hold(pattern: string, when: When = 'before'): Gate {
    const rule = this.#rule(pattern, when)
    const pipe = path.join(rule, 'go')
    this.#pipe(pipe)
    return {
      reachedBy: (step) => appears(rule, 'reached', step),
      open: () => {
        // Opened for both, a pipe takes what is written whether anybody reads it yet or not.
        const file = openSync(pipe, 'r+')
        writeSync(file, '\n')
        onTestFinished(() => closeSync(file))
      },
    }
  }

  /** Every call of this pattern hangs from now on, at once or when the engine has done its part. */
  hang(pattern: string, when: When = 'before'): Pick<Gate, 'reachedBy'> {
    const rule = this.#rule(pattern, when, 'always')
    return { reachedBy: (step) => appears(rule, 'reached', step) }
  }

  /** As {@link hang}, through a wrapper whose child holds the output open and hears no signal. */
  hangInChild(pattern: string): Pick<Gate, 'reachedBy'> {
    const rule = this.#rule(pattern, 'before', 'always')
    writeFileSync(path.join(rule, 'child'), '')
    return { reachedBy: (step) => appears(rule, 'reached', step) }
  }

  /** Passes everything on again; calls that wait still do. */
  clear(): void {
    for (const rule of readdirSync(path.join(this.#folder, 'rules')))
      rmSync(path.join(this.#folder, 'rules', rule), { recursive: true })
  }

  /** All calls so far, each with its arguments joined by blanks. */
  calls(): string[] {
    const log = path.join(this.#folder, 'calls')
    return existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []
  }

  #rule(pattern: string, when: When, often: 'once' | 'always' = 'once'): string {
    const rules = path.join(this.#folder, 'rules')
    const rule = path.join(rules, String(readdirSync(rules).length))
    const draft = path.join(this.#folder, 'draft')
    mkdirSync(draft)
    chmodSync(draft, 0o777)
    writeFileSync(path.join(draft, 'pattern'), pattern)
    writeFileSync(path.join(draft, 'when'), when)
    if (often === 'always') writeFileSync(path.join(draft, 'always'), '')
    renameSync(draft, rule)
    return rule
  }

  #pipe(file: string): void {
    execFileSync('mkfifo', ['-m', '666', file])
  }
}

const script = (folder: string, docker: string): string => `#!/bin/sh
printf '%s\\n' "$*" >>'${folder}/calls'
stop() {
  : >"$rule/reached"
  if [ -e "$rule/child" ]; then (trap '' TERM INT; read -r _ <'${folder}/${FOREVER}'); fi
  if [ -e "$rule/always" ]; then read -r _ <'${folder}/${FOREVER}'; else read -r _ <"$rule/go"; fi
}
for rule in '${folder}'/rules/*; do
  [ -e "$rule/pattern" ] || continue
  pattern=$(cat "$rule/pattern")
  case $* in $pattern) ;; *) continue ;; esac
  [ -e "$rule/always" ] || mkdir "$rule/taken" 2>/dev/null || continue
  if [ "$(cat "$rule/when")" = before ]; then
    stop
    break
  fi
  '${docker}' "$@"
  code=$?
  stop
  exit $code
done
exec '${docker}' "$@"
`

function realDocker(): string {
  return execFileSync('/bin/sh', ['-c', 'command -v docker'], { encoding: 'utf8' }).trim()
}

/** Resolves when the folder has an entry of this name; rejects when the step ends before. */
async function appears(folder: string, name: string, step: Running<StepResult>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const look = () => existsSync(path.join(folder, name)) && resolve()
  const watcher = watch(folder, look)
  const onEnd = ({ output }: StepResult) =>
    reject(new Error(`The step ended before it called docker:\n${output}`))
  step.result.then(onEnd, reject)
  look()
  try {
    await promise
  } finally {
    watcher.close()
  }
}

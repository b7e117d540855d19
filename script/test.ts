/**
 * Runs the parts of the test command one after the other, all of them even where one fails, and adds up
 * what they say. `script/test PART…` runs only the parts that are named.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { setImmediate } from 'node:timers/promises'

interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** What is read of vitest's JSON report. */
interface VitestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: readonly {
      readonly status: string
      readonly fullName: string
      readonly failureMessages?: readonly string[]
    }[]
  }[]
}

/** What failed, said once more at the end, where it is found without reading thousands of lines. */
const failures: string[] = []

const passed: Counts = { passed: 1, failed: 0, skipped: 0 }
const failed: Counts = { passed: 0, failed: 1, skipped: 0 }
const skipped: Counts = { passed: 0, failed: 0, skipped: 1 }
/** The exit status of a script that needs a tool which this machine has not; it has said why. */
const CANNOT = 3

const parts: Readonly<Record<string, () => Counts | Promise<Counts>>> = {
  check: () => (npm('check') ? passed : failed),
  lint: () => (npm('lint') ? passed : failed),
  'lint-workflows': () =>
    sum(optional('script/lint-workflows', 'actionlint'), optional('script/lint-workflows', 'zizmor')),
  dist: () => unchangedBy('build', ['dist']),
  generated: () => unchangedBy('generate', ['schema', 'docs', 'README.md', 'biome.directions.json']),
  unit: () => vitest('unit'),
  engine: async () => ((await engineRuns()) ? vitest('engine') : failed),
  action: async () => ((await engineRuns()) ? vitest('action') : failed),
  workflows: async () => {
    const act = optional('script/tool', 'act')
    if (act !== passed) return act
    return (await engineRuns()) ? vitest('workflows') : failed
  },
  alone: async () => {
    if (!(await engineRuns())) return failed
    // They stop engines, or need one for themselves: never the user's.
    if (isUsers()) background ??= await startAlone()
    if (background) return background.end()
    return isUsers() ? skipped : vitest('alone')
  },
}

/** Parts that need the engine, whose start is waited for by the first of them only. */
const ON_ENGINE = ['engine', 'action', 'workflows', 'alone']

/** Parts that leave a second engine alone. */
const NEXT_TO_ALONE = ['unit', 'engine', 'action', 'workflows']

/** The signal that ended the part at work: no other is begun, and what was brought to the user's engine goes. */
let stoppedBy: NodeJS.Signals | undefined
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    stoppedBy = signal
  })

async function main(): Promise<void> {
  const named = process.argv.slice(2)
  const unknown = named.filter((name) => !Object.hasOwn(parts, name))
  if (unknown.length > 0) {
    console.error(`No part is named ${unknown.join(', ')}. The parts: ${Object.keys(parts).join(' ')}`)
    process.exitCode = 2
    return
  }
  const wanted = Object.entries(parts).filter(([name]) => named.length === 0 || named.includes(name))
  const withAlone = wanted.some(([name]) => name === 'alone')
  const results: { name: string; counts: Counts }[] = []
  try {
    if (wanted.some(([name]) => ON_ENGINE.includes(name))) {
      run('script/engine', ['limits'])
      void engineRuns()
    }
    for (const [name, part] of wanted) {
      await setImmediate() // signals are heard between parts only
      if (stoppedBy) break
      if (withAlone && NEXT_TO_ALONE.includes(name)) background ??= await startAlone()
      console.log(`\n── ${name}`)
      results.push({ name, counts: await part() })
    }
  } finally {
    await engine
    // What was brought to the user's engine goes.
    if (engine !== undefined && !run('script/engine', ['leave']))
      results.push({ name: 'leave', counts: failed })
  }
  if (stoppedBy) results.push({ name: stoppedBy, counts: failed })
  report(results)
}

function report(results: readonly { readonly name: string; readonly counts: Counts }[]): void {
  console.log()
  for (const { name, counts } of results) console.log(`${name.padEnd(14)} ${sentence(counts)}`)
  if (failures.length > 0) console.log(`\nFailed:\n${failures.join('\n')}`)
  const total = results.map(({ counts }) => counts).reduce(sum)
  console.log(`\n${sentence(total)}`)
  process.exitCode = total.failed > 0 ? 1 : 0
}

/** Runs a command with its output shown live, and says whether it succeeded. */
function run(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'inherit' }).status === 0
}

/** What takes a tool that not every machine has. */
function optional(command: string, ...args: readonly string[]): Counts {
  const { status } = spawnSync(command, args, { stdio: 'inherit' })
  if (status === CANNOT) return skipped
  return status === 0 ? passed : failed
}

function npm(script: string): boolean {
  return run('npm', ['run', '--silent', script])
}

/** What is generated and committed is current when generating it again changes nothing. */
function unchangedBy(script: string, paths: readonly string[]): Counts {
  const before = hashes(paths)
  if (!npm(script)) return failed
  const after = hashes(paths)
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (file) => before.get(file) !== after.get(file),
  )
  if (changed.length === 0) return passed
  console.error(
    `Not current before "npm run ${script}", which has just changed: ${changed.sort().join(', ')}`,
  )
  console.error('These files are right now; commit them.')
  return failed
}

function hashes(paths: readonly string[]): Map<string, string> {
  const files = paths.filter(existsSync).flatMap((path) =>
    statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
      : [path],
  )
  return new Map(files.map((file) => [file, createHash('sha256').update(readFileSync(file)).digest('hex')]))
}

/** The engine of the tests; where it cannot be started, script/engine says how to get one. */
let engine: Promise<boolean> | undefined
function engineRuns(): Promise<boolean> {
  engine ??= startEngine()
  return engine
}

async function startEngine(): Promise<boolean> {
  const [status] = await once(spawn('script/engine', ['start'], { stdio: 'inherit' }), 'close')
  if (status !== 0) console.error('These tests need a Docker Engine, and none could be had (above).')
  return status === 0
}

/** The tests that have an engine for themselves, on a second engine while the others run. */
let background: Background | null | undefined

/** Null when this machine cannot have a second engine: then they are run when the others have ended. */
async function startAlone(): Promise<Background | null> {
  const canUnshare = spawnSync('unshare', ['--net', 'true'], { stdio: 'ignore' }).status === 0
  return (await engineRuns()) && canUnshare ? new Background('alone') : null
}

/** Whether the engine of the tests is the user's. */
const isUsers = (): boolean => !/^our own/.test(spawnSync('script/engine', ['status']).stdout.toString())

/** The projects of one npm script on a second engine. What they print is shown at their end. */
class Background {
  readonly #folder = mkdtempSync(join(tmpdir(), 'acode-test-'))
  readonly #log = join(this.#folder, 'log')
  readonly #report = join(this.#folder, 'report.json')
  readonly #closed: Promise<[code: number | null]>

  constructor(script: string) {
    const log = openSync(this.#log, 'w')
    const child = spawn('script/with-engine', ['bash', '-c', commandOf(script), this.#report], {
      stdio: ['ignore', log, log],
    })
    this.#closed = once(child, 'close') as Promise<[code: number | null]>
    console.log(`\n── ${script}: started on a second engine, next to what follows`)
  }

  async end(): Promise<Counts> {
    const [code] = await this.#closed
    process.stdout.write(readFileSync(this.#log))
    const counts = countsOf(this.#report, code === 0)
    rmSync(this.#folder, { recursive: true, force: true })
    return counts
  }
}

const commandOf = (script: string): string =>
  `npm run --silent test:${script} -- --reporter=default --reporter=json --outputFile.json="$0"`

/** What a report says; a crash is a failure too. */
function countsOf(report: string, succeeded: boolean): Counts {
  const counts = existsSync(report) ? read(report) : { passed: 0, failed: 0, skipped: 0 }
  return succeeded || counts.failed > 0 ? counts : sum(counts, failed)
}

/** The projects of one npm script, in the environment of the engine if it needs one. */
function vitest(script: string): Counts {
  const folder = mkdtempSync(join(tmpdir(), 'acode-test-'))
  const report = join(folder, 'report.json')
  try {
    const environment = script === 'unit' ? '' : 'eval "$(script/engine env)" && '
    const succeeded = run('bash', ['-c', environment + commandOf(script), report])
    return countsOf(report, succeeded)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function read(report: string): Counts {
  const json = JSON.parse(readFileSync(report, 'utf8')) as VitestReport
  // A file that cannot be loaded has no tests that could fail.
  const broken = json.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed'),
  )
  for (const { name, message } of broken) failures.push(failure(name, '', message))
  for (const { name, assertionResults } of json.testResults)
    for (const { status, fullName, failureMessages } of assertionResults)
      if (status === 'failed') failures.push(failure(name, fullName, failureMessages?.join('\n')))
  return {
    passed: json.numPassedTests,
    failed: json.numFailedTests + broken.length,
    skipped: json.numPendingTests + json.numTodoTests,
  }
}

function failure(file: string, test: string, message = ''): string {
  const lines = message.split('\n').filter((line) => !/^\s+at .*node_modules/.test(line))
  return [
    `${relative('.', file)} ${test}`,
    ...lines.slice(0, 20).map((line) => `    ${line.slice(0, 500)}`),
  ].join('\n')
}

function sum(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }
}

function sentence(counts: Counts): string {
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`
}

await main()

import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const PROJECT = join(import.meta.dirname, '../../..')
const DOUBLES = join(PROJECT, '__tests__/support/actions')
const EXAMPLES = join(PROJECT, 'examples')

/** The account that `<owner>` stands for in the examples. */
const OWNER = 'acme'
const ACTION = `${OWNER}/acode-task-container`
const REUSABLE = '.github/workflows/run-tasks.yml'
/** What of this repository a workflow uses. */
const PUBLISHED = ['action.yml', 'plan', 'report', 'clean', 'task', 'dist', REUSABLE]

interface Repositories {
  /** Of the repository whose workflow runs; no other run has it. */
  readonly name: string
  /** Where actions/checkout finds repositories by owner and name. */
  readonly folder: string
  /** Its working copy. */
  readonly caller: string
  /** What act takes instead of repositories on GitHub: `owner/name@ref=folder`. */
  readonly replaced: readonly string[]
}

/** What is on GitHub for a run: the repository of the workflow, this action, and doubles of others' actions. */
export function makeRepositories(folder: string, files: Readonly<Record<string, string>>): Repositories {
  const repositories = join(folder, 'repositories')
  const name = `${OWNER}/shop-${randomUUID()}`
  const caller = join(repositories, name)
  const action = join(folder, 'action')
  const reusable = publish(action)
  commit(caller, name, files)
  return {
    name,
    folder: repositories,
    caller,
    replaced: [`${ACTION}@v1=${action}`, ...doublesFor([reusable, ...Object.values(files)])],
  }
}

/**
 * act knows neither `$/` nor an expression for `max-parallel`. In the copy both are written out: this repository at
 * the version that was called, and a number.
 */
function publish(folder: string): string {
  for (const path of PUBLISHED) {
    cpSync(join(PROJECT, path), join(folder, path), { recursive: true, verbatimSymlinks: true })
  }
  const reusable = readFileSync(join(folder, REUSABLE), 'utf8')
    .replaceAll(/uses: \$\/(\S*)/g, (_, path: string) => `uses: ${ACTION}/${path}@v1`)
    .replace(/max-parallel: .*/, 'max-parallel: 4')
  writeFileSync(join(folder, REUSABLE), reusable)
  return reusable
}

/** What the examples work on, and the files, in one commit on main. */
function commit(folder: string, name: string, files: Readonly<Record<string, string>>): void {
  for (const path of ['prices.mjs', 'prices.test.mjs', 'site']) {
    cpSync(join(EXAMPLES, path), join(folder, path), { recursive: true })
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text.replaceAll('<owner>', OWNER), { mode: 0o755 })
  }
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args])
  git('init', '--quiet', '--initial-branch=main')
  git('remote', 'add', 'origin', `https://github.com/${name}`)
  git('add', '--all')
  git('-c', 'user.name=Test', '-c', 'user.email=test@example.com', 'commit', '--quiet', '-m', 'All of it')
}

function doublesFor(texts: readonly string[]): string[] {
  const known = readdirSync(DOUBLES)
  const pins = texts.flatMap((text) => [...text.matchAll(/uses: (actions\/([\w-]+)@(?:[0-9a-f]{40}|v\d+))/g)])
  return [...new Map(pins.map(([, pin, name = '']) => [pin, name]))].map(([pin, name]) => {
    if (!known.includes(name)) throw new Error(`__tests__/support/actions has no double of ${pin}`)
    return `${pin}=${join(DOUBLES, name)}`
  })
}

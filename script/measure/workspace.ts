/**
 * Measures the workspace methods beside what people use otherwise: preparation and removal of one working copy of a
 * repository, in turns in one run, as medians. Runs alone too: `node script/measure/workspace.ts [IMAGE] [ROUNDS]`.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Docker } from '../../src/engine/docker.ts'
import { engineMode } from '../../src/engine/rootless.ts'
import { prepareClone } from '../../src/workspace/clone.ts'
import { prepareCopy } from '../../src/workspace/copy.ts'
import { prepareOverlay } from '../../src/workspace/overlay.ts'
import type { Workspace, WorkspaceRequest } from '../../src/workspace/workspace.ts'

const SIZES = [100, 10_000, 100_000]

interface Sample {
  readonly prepareMs: number
  readonly removeMs: number
  readonly bytes: number
}

type Method = (repository: string, scratch: string) => Promise<Sample>

/** Prints the table of all methods and sizes. What copies 100,000 files is measured in a ninth of the rounds. */
export async function benchWorkspace(image: string, rounds = 9): Promise<void> {
  const methods = methodsWith(image)
  print(['files', 'method', 'prepare', 'remove', 'disk', 'to overlay', 'to itself at 100'])
  const medians = new Map<string, number>()
  for (const files of SIZES) {
    const folder = mkdtempSync(join(tmpdir(), 'bench-workspace-'))
    try {
      const repository = makeRepository(join(folder, 'repository'), files)
      const copying = files > 10_000 ? Math.ceil(rounds / 9) : rounds
      const samples = await measure(methods, repository, folder, (name) =>
        name === 'overlay' ? rounds : copying,
      )
      for (const [name, all] of samples) {
        const prepare = median(all.map(({ prepareMs }) => prepareMs))
        medians.set(`${name} ${files}`, prepare)
        print([
          files.toLocaleString('en'),
          name,
          milliseconds(prepare),
          milliseconds(median(all.map(({ removeMs }) => removeMs))),
          `${(median(all.map(({ bytes }) => bytes)) / 1024 / 1024).toFixed(1)} MiB`,
          ratio(prepare, medians.get(`overlay ${files}`)),
          ratio(prepare, medians.get(`${name} ${SIZES[0]}`)),
        ])
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  const most = SIZES.at(-1) ?? 0
  const of = (name: string, files: number) => medians.get(`${name} ${files}`) ?? Number.NaN
  console.log(
    `\noverlay at ${most.toLocaleString('en')} files: ${(of('overlay', most) / of('overlay', 100)).toFixed(2)} times itself at 100 files, ` +
      `${(of('clone', most) / of('overlay', most)).toFixed(0)} times faster than clone`,
  )
}

async function measure(
  methods: Readonly<Record<string, Method>>,
  repository: string,
  folder: string,
  roundsOf: (name: string) => number,
): Promise<Map<string, Sample[]>> {
  const samples = new Map<string, Sample[]>(Object.keys(methods).map((name) => [name, []]))
  // The first round warms the caches of the file system and of the engine; it does not count. What the method
  // before wrote is on the disk when the next one starts, so that none pays for another.
  const rounds = Math.max(...Object.keys(methods).map(roundsOf))
  for (let round = -1; round < rounds; round++)
    for (const [name, method] of Object.entries(methods)) {
      if (round >= roundsOf(name)) continue
      const scratch = mkdtempSync(join(folder, 'scratch-'))
      execFileSync('sync')
      const sample = await method(repository, scratch)
      if (round >= 0) samples.get(name)?.push(sample)
      rmSync(scratch, { recursive: true, force: true })
    }
  return samples
}

/** A repository of so many files of a few hundred bytes, fifty a folder, committed. */
function makeRepository(folder: string, files: number): string {
  for (let file = 0; file < files; file++) {
    const parent = join(folder, `folder-${Math.floor(file / 2500)}`, `part-${Math.floor(file / 50)}`)
    if (file % 50 === 0) mkdirSync(parent, { recursive: true })
    writeFileSync(join(parent, `file-${file}`), `${file}\n${`line of ${file}\n`.repeat(20)}`)
  }
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args], { stdio: 'ignore' })
  git('init', '--quiet', '--initial-branch=main')
  git('-c', 'gc.auto=0', 'add', '--all')
  git(
    '-c',
    'user.name=bench',
    '-c',
    'user.email=bench@example.com',
    '-c',
    'gc.auto=0',
    'commit',
    '-q',
    '-m',
    'all',
  )
  git('repack', '-adq')
  return folder
}

function methodsWith(image: string): Record<string, Method> {
  const command = (prepare: string, remove: string): Method => {
    return async (repository, scratch) => {
      const sh = (script: string) =>
        execFileSync('sh', ['-ec', script, 'sh', repository, join(scratch, 'copy')], { encoding: 'utf8' })
      const prepareMs = timed(() => sh(prepare))
      const bytes = Number(sh('du -sk "$2"').split('\t')[0]) * 1024
      return { prepareMs, bytes, removeMs: timed(() => sh(remove)) }
    }
  }
  return {
    overlay: isolated(image, prepareOverlay),
    clone: isolated(image, prepareClone),
    copy: isolated(image, prepareCopy),
    'git clone --local': command('git clone -q --local "$1" "$2"', 'rm -rf "$2"'),
    'git worktree add': command(
      'git -C "$1" worktree add -q --detach "$2"',
      'git -C "$1" worktree remove --force "$2"',
    ),
    'cp -a': command('cp -a "$1" "$2"', 'rm -rf "$2"'),
  }
}

/**
 * One of our methods, as a run uses it: prepared, filled through a container that mounts it, and disposed of. What
 * the container itself costs, every task pays whatever its workspace is: it is not counted.
 */
function isolated(image: string, prepare: (request: WorkspaceRequest) => Promise<Workspace>): Method {
  const docker = new Docker({ call: () => undefined, slow: () => undefined })
  return async (repository, scratch) => {
    const { runner } = await engineMode(docker)
    const started = performance.now()
    const workspace = await prepare({
      docker,
      name: `acode-bench-${process.pid}`,
      labels: { 'acode.bench': String(process.pid) },
      runner,
      runnerPath: repository,
      enginePath: repository,
      onCredentials: () => undefined,
      path: '/work',
      reason: 'bench',
      uncommitted: true,
      isStaging: () => false,
      scratch,
      cancel: new AbortController().signal,
    })
    const prepared = performance.now()
    const { source } = workspace
    if (source === null || !('volume' in source)) throw new Error('the method has no volume')
    const mount = `type=volume,source=${source.volume},target=/work,volume-nocopy`
    const container = await docker.create(['--network', 'none', '--mount', mount, image])
    const created = performance.now()
    await workspace.fill(container, { uid: 0, gid: 0 })
    const filled = performance.now()
    const bytes = await usedBy(docker, `acode.bench=${process.pid}`)
    await docker.containers.remove(container)
    const removing = performance.now()
    await workspace.dispose()
    return { prepareMs: prepared - started + filled - created, removeMs: performance.now() - removing, bytes }
  }
}

/** What volumes with this label take, as far as their folders can be read from here: otherwise nothing is known. */
async function usedBy(docker: Docker, label: string): Promise<number> {
  const volumes = await docker.volumes.list({ label })
  let bytes = 0
  // An overlay is what others hold.
  for (const { folder } of volumes.filter(({ name }) => !name.includes('.overlay-')))
    try {
      bytes += Number(execFileSync('du', ['-sk', folder], { encoding: 'utf8' }).split('\t')[0]) * 1024
    } catch {
      return Number.NaN // the engine's folders are root's, or on another machine
    }
  return bytes
}

function timed(work: () => unknown): number {
  const started = performance.now()
  work()
  return performance.now() - started
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

const milliseconds = (value: number): string => `${value.toFixed(0)} ms`
const ratio = (value: number, to: number | undefined): string =>
  to === undefined ? '' : `${(value / to).toFixed(2)}x`

const WIDTHS = [8, 18, 10, 10, 11, 11, 17]

function print(row: readonly string[]): void {
  const cell = (text: string, at: number) =>
    at === 1 ? `  ${text}`.padEnd(WIDTHS[at] ?? 0) : text.padStart(WIDTHS[at] ?? 0)
  console.log(row.map(cell).join(' '))
}

if (import.meta.main)
  await benchWorkspace(process.argv[2] ?? 'acode-test/base:1', Number(process.argv[3] ?? 9))

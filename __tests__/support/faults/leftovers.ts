import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Job } from '../runner.ts'
import type { MortalEngine } from './mortal-engine.ts'

/** All that there is on an engine and its machine, as lines. */
export async function inventory(engine: MortalEngine): Promise<ReadonlySet<string>> {
  const ask = async (kind: string, ...args: string[]) =>
    (await engine.docker(...args))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => `${kind} ${line}`)
  // A cache that is whole is what its task was to leave.
  const isWhole = (line: string) =>
    existsSync(path.join(engine.data, 'volumes', line.split(' ')[1] ?? '', '_data/complete'))
  const found = await Promise.all([
    ask('container', 'ps', '--all', '--format', '{{.Names}} ({{.Image}}, {{.State}})'),
    ask('volume', 'volume', 'ls', '--format', '{{.Name}}').then((all) => all.filter((one) => !isWhole(one))),
    ask('image', 'images', '--filter', 'reference=acode-build:*-unchecked-*', '--format', '{{.Tag}}'),
    ask('network', 'network', 'ls', '--format', '{{.Name}}'),
  ])
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
  const own = mounts.filter((mount) => mount.startsWith(engine.folder))
  // Whole layers of a build that was cut off are the builder's cache, as after every `docker build`.
  const halves = globSync(['tmp/*', 'image/*/layerdb/tmp/*'], { cwd: engine.data })
  return new Set([
    ...found.flat(),
    ...halves.map((name) => `half of an image ${name}`),
    ...own.map((mount) => `mount ${path.relative(engine.folder, mount)}`),
  ])
}

/**
 * What the builder before BuildKit leaves of the step in which its engine was killed. It has no label, and so nothing
 * could know whose it is: `docker container prune`.
 */
export const isOfKilledBuilder = (line: string): boolean =>
  /^(container \S+ \([0-9a-f]{12}, (running|exited|created)\)|mount data\/overlay2\/\S+\/merged)$/.test(line)

/** What runs of a job left on their machine. */
export function leftOnMachine(job: Job): string[] {
  const { temp, workspace, layout } = job
  return [
    ...globSync('acode-*/private', { cwd: temp }).map((name) => `folder ${name}`),
    ...globSync('.acode-*', { cwd: workspace }).map((name) => `folder ${name}`),
    ...globSync('_work/_acode-*/apply/*', { cwd: layout.root }).map((name) => `folder ${name}`),
    ...job.leftoverProcesses().map((pid) => `process ${pid} ${commandOf(pid)}`),
    ...readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .filter((line) => line.includes(layout.root))
      .map((line) => `mount ${line}`),
  ]
}

/** The guards of a main. */
export const guardsOf = (main: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const words = commandOf(pid)
      return words.includes('/guard/index.js') && words.includes(`"pid":${main},`)
    })

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return '' // it has ended meanwhile
  }
}

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ArtifactProcess, startArtifactProcess } from './artifact-process.ts'
import { median } from './figures.ts'
import type { Row } from './goals.ts'
import { jobOnCheckout, liveIn } from './life.ts'

const SIZES = [100, 10_000, 100_000]
const ROUNDS = 9
const METHODS = ['overlay', 'clone', 'copy'] as const

/** What people use otherwise: makes and removes a working copy `$2` of the repository `$1`. */
const COMMANDS = {
  'git clone --local': ['git clone -q --local "$1" "$2"', 'rm -rf "$2"'],
  'git worktree add': [
    'git -C "$1" worktree add -q --detach "$2"',
    'git -C "$1" worktree remove --force "$2"',
  ],
  'cp -a': ['cp -a "$1" "$2"', 'rm -rf "$2"'],
} as const

interface Sample {
  readonly prepareMs: number
  readonly endMs: number
}

/**
 * What each method of a workspace costs a task that changes nothing, by the phases of its record, beside what people
 * use otherwise; by the size of the checkout. What copies 100,000 files, which takes minutes, is measured in a ninth of
 * the rounds: of fewer than nine, not at all.
 */
export async function benchWorkspace(image: string, rounds = ROUNDS): Promise<Row[]> {
  const artifacts = await startArtifactProcess()
  const medians = new Map<string, number>()
  try {
    print(['files', 'method', 'prepare', 'end', 'both', 'to itself at 100'])
    for (const files of SIZES)
      for (const [name, samples] of await measure(image, artifacts, files, rounds)) {
        const both = median(samples.map(({ prepareMs, endMs }) => prepareMs + endMs))
        medians.set(`${name} ${files}`, both)
        print([
          files.toLocaleString('en'),
          name,
          inMs(median(samples.map(({ prepareMs }) => prepareMs))),
          inMs(median(samples.map(({ endMs }) => endMs))),
          inMs(both),
          (both / (medians.get(`${name} ${SIZES[0]}`) ?? Number.NaN)).toFixed(2),
        ])
      }
  } finally {
    artifacts.stop()
  }
  const overlay = (files: number) => medians.get(`overlay ${files}`) ?? Number.NaN
  return [
    {
      work: 'overlay workspace at 100,000 files, beside 100',
      figure: overlay(100_000) / overlay(100),
      goal: { atMost: 1.2 },
    },
  ]
}

async function measure(
  image: string,
  artifacts: ArtifactProcess,
  files: number,
  rounds: number,
): Promise<Map<string, Sample[]>> {
  const scratch = mkdtempSync(join(tmpdir(), 'acode-bench-'))
  const job = await jobOnCheckout({ artifacts }, files)
  const methods: Record<string, () => Promise<Sample>> = {
    ...Object.fromEntries(
      METHODS.map((method) => [
        method,
        async () => {
          const { phases } = (await liveIn(job, image, { workspace: method })).record
          return { prepareMs: phases.workspace ?? 0, endMs: (phases.collect ?? 0) + (phases.remove ?? 0) }
        },
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(COMMANDS).map(([name, [make, remove]]) => [
        name,
        async () => {
          const sh = (script: string) => {
            const started = performance.now()
            execFileSync('sh', ['-ec', script, 'sh', job.workspace, join(scratch, 'copy')])
            return performance.now() - started
          }
          return { prepareMs: sh(make), endMs: sh(remove) }
        },
      ]),
    ),
  }
  const few = Math.floor(rounds / 9)
  const samples = new Map<string, Sample[]>(Object.keys(methods).map((name) => [name, []]))
  try {
    // The first round warms the caches of the file system and of the engine. What the method before wrote is on the
    // disk when the next one starts, so that none pays for another.
    for (let round = -1; round < rounds; round++)
      for (const [name, method] of Object.entries(methods)) {
        if (name !== 'overlay' && files > 10_000 && (few === 0 || round >= few)) continue
        execFileSync('sync')
        const sample = await method()
        if (round >= 0) samples.get(name)?.push(sample)
      }
    return new Map([...samples].filter(([, measured]) => measured.length > 0))
  } finally {
    await job.remove()
    rmSync(scratch, { recursive: true, force: true })
  }
}

const inMs = (value: number): string => `${value.toFixed(0)} ms`

const WIDTHS = [8, 18, 10, 10, 10, 17]

function print(row: readonly string[]): void {
  const cell = (text: string, at: number) =>
    at === 1 ? `  ${text}`.padEnd(WIDTHS[at] ?? 0) : text.padStart(WIDTHS[at] ?? 0)
  console.log(row.map(cell).join(' '))
}

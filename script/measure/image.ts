import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { detectToolchains } from '../../src/image/detect/detect.ts'
import { startArtifactProcess } from './artifact-process.ts'
import { line, median, ms, range } from './figures.ts'
import type { Row } from './goals.ts'
import { type Life, live } from './life.ts'

const ROUNDS = 15
const WARM_UPS = 2
const PLAIN = 'node:22-slim'
const COMPOSED = 'node@22 python@3.13'

/** A task in an image that was composed before beside one in an image as it is, and what detection takes. */
export async function benchImage(_image: string, rounds = ROUNDS): Promise<Row[]> {
  return [...(await benchComposed(rounds)), ...(await benchDetection(rounds))]
}

async function benchComposed(rounds: number): Promise<Row[]> {
  const artifacts = await startArtifactProcess()
  const plain: number[] = []
  const composed: number[] = []
  try {
    for (let round = -WARM_UPS; round < rounds; round++) {
      const lives = {
        plain: () => live(PLAIN, artifacts),
        composed: () => live('', artifacts, {}, { toolchain: COMPOSED }),
      }
      // Who goes first changes. The first round composes.
      const first = round % 2 === 0 ? lives.plain : lives.composed
      const early = await first()
      const late = await (first === lives.plain ? lives.composed : lives.plain)()
      if (round < 0) continue
      plain.push(tookOf(first === lives.plain ? early : late))
      composed.push(tookOf(first === lives.plain ? late : early))
    }
  } finally {
    artifacts.stop()
  }
  const ratio = median(composed) / median(plain)
  console.log(`\nA trivial task in ${COMPOSED}, composed before, ${rounds} rounds, medians\n`)
  line(`in ${PLAIN}`, ms(median(plain)), range(plain))
  line('in the composed image', ms(median(composed)), range(composed))
  line('ratio', ratio.toFixed(2).padStart(5))
  const work = 'a composed image at its second use, beside a plain one'
  return [{ work, figure: ratio, goal: { atMost: 1.05 } }]
}

const tookOf = ({ main, post }: Life): number => main.durationMs + post.durationMs

const FILES = 10_000
const FOLDERS = 500
/** What is in it to be found, in the workspace's own folder. */
const MANIFESTS = {
  'package.json': '{"engines":{"node":">=20"}}',
  'pyproject.toml': '[project]\nrequires-python = ">=3.11"\n',
  'go.mod': 'module a\n\ngo 1.24\n',
}

async function benchDetection(rounds: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'acode-bench-'))
  const times: number[] = []
  try {
    for (const [name, text] of Object.entries(MANIFESTS)) writeFileSync(join(folder, name), text)
    for (let index = 0; index < FOLDERS; index++) {
      const place = join(folder, `a${index % 20}`, `b${index}`)
      mkdirSync(place, { recursive: true })
      for (let file = 0; file < FILES / FOLDERS; file++) writeFileSync(join(place, `${file}.ts`), '')
    }
    for (let round = -WARM_UPS; round < rounds; round++) {
      const started = performance.now()
      const found = await detectToolchains(folder, '')
      if (found.length !== Object.keys(MANIFESTS).length) throw new Error('detection did not find all')
      if (round >= 0) times.push(performance.now() - started)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  console.log(`\nDetection in a repository of ${FILES} files, ${rounds} rounds, medians\n`)
  line('all toolchains', ms(median(times)), range(times))
  const work = `detection of the toolchains of a repository of ${FILES} files`
  return [{ work, figure: median(times), goal: { atMost: 100 }, unit: 'ms' }]
}

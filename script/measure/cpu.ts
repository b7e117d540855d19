import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ArtifactProcess, startArtifactProcess } from './artifact-process.ts'
import { line, median, ms, range } from './figures.ts'
import type { Row } from './goals.ts'
import { jobOnCheckout } from './life.ts'

const ROUNDS = 10

/** Runs the program and leaves what it and all that it waited for took of the processors. */
const TIMED = '#!/bin/bash\n"$PROGRAM" "$@"\ncode=$?\ntimes > "$TIMES"\nexit $code\n'

/** What a trivial task takes of the processors: main, post, and every program that they start. */
export async function benchCpu(image: string, rounds = ROUNDS): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'acode-bench-'))
  const artifacts = await startArtifactProcess()
  const main: number[] = []
  const post: number[] = []
  try {
    writeFileSync(join(folder, 'timed'), TIMED)
    chmodSync(join(folder, 'timed'), 0o755)
    for (let round = -1; round < rounds; round++) {
      const took = await oneTask(image, folder, artifacts)
      if (round < 0) continue
      main.push(took.main)
      post.push(took.post)
    }
  } finally {
    artifacts.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  const whole = main.map((time, at) => time + (post[at] ?? Number.NaN))
  console.log(`\nProcessor time of a trivial task, ${rounds} rounds after 1, medians\n`)
  line('main and what it starts', ms(median(main)), range(main))
  line('post and what it starts', ms(median(post)), range(post))
  line('both', ms(median(whole)), range(whole))
  const work = 'processor time of our processes for that task'
  return [{ work, figure: median(whole), goal: { atMost: 400 }, unit: 'ms' }]
}

async function oneTask(
  image: string,
  folder: string,
  artifacts: ArtifactProcess,
): Promise<{ main: number; post: number }> {
  const times = join(folder, 'times')
  const job = await jobOnCheckout({
    artifacts,
    nodePath: join(folder, 'timed'),
    env: { PROGRAM: process.execPath, TIMES: times },
  })
  try {
    const ended = await job.uses({ image, command: '["true"]' })
    const main = ofChildren(readFileSync(times, 'utf8'))
    const after = await ended.post()
    if (ended.failed || after.failed) throw new Error(`a task of the bench did not go well:\n${ended.output}`)
    return { main, post: ofChildren(readFileSync(times, 'utf8')) }
  } finally {
    await job.remove()
  }
}

/** The second line of `times`, of what the shell waited for: "0m0.250s 0m0.080s", user and system. In milliseconds. */
function ofChildren(times: string): number {
  const [, children = ''] = times.split('\n')
  const parts = [...children.matchAll(/(\d+)m([\d.]+)s/g)]
  if (parts.length !== 2) throw new Error(`the shell's times cannot be read: ${times}`)
  return parts.reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000,
    0,
  )
}

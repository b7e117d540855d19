import { startArtifactProcess } from './artifact-process.ts'
import { engineAlone, quietDocker } from './engine-alone.ts'
import { line, median, ms, range } from './figures.ts'
import type { Row } from './goals.ts'
import { jobOnCheckout, liveIn, runBare } from './life.ts'

const ROUNDS = 5
const AT_ONCE = 32

/** Trivial tasks at once, each a job with a checkout, beside as many bare runs at once. */
export async function benchMany(image: string, rounds = ROUNDS): Promise<Row[]> {
  const artifacts = await startArtifactProcess()
  const docker = quietDocker()
  const engine: number[] = []
  const bare: number[] = []
  const ours: number[] = []
  try {
    for (let round = -1; round < rounds; round++) {
      const few = await together(() => runBare(image))
      const alone = await together(() => engineAlone(docker, image))
      const jobs = await Promise.all(Array.from({ length: AT_ONCE }, () => jobOnCheckout({ artifacts })))
      const some = await together((at) => liveIn(jobs[at] as NonNullable<(typeof jobs)[number]>, image))
      await Promise.all(jobs.map((job) => job.remove()))
      if (round < 0) continue
      bare.push(few)
      engine.push(alone)
      ours.push(some)
    }
  } finally {
    artifacts.stop()
    docker.close()
  }
  const ratio = median(ours) / median(bare)
  console.log(`\n${AT_ONCE} trivial tasks at once, ${rounds} rounds after 1, medians\n`)
  line(`${AT_ONCE} times docker run --rm`, ms(median(bare)), range(bare))
  line(`${AT_ONCE} times the engine alone, with networks`, ms(median(engine)), range(engine))
  line(`${AT_ONCE} times main and post`, ms(median(ours)), range(ours))
  line('ratio', ratio.toFixed(2).padStart(5))
  line('ratio of the engine alone', (median(engine) / median(bare)).toFixed(2).padStart(5))
  return [{ work: `${AT_ONCE} at once, beside ${AT_ONCE} bare runs`, figure: ratio, goal: { atMost: 1.6 } }]
}

/** From the start of all to the end of the last, in milliseconds. */
async function together(one: (at: number) => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => one(at)))
  return performance.now() - started
}

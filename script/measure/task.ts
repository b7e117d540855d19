import type { StepResult } from '../../__tests__/support/runner.ts'
import { PHASES, type Phase } from '../../src/record/phases.ts'
import { startArtifactProcess } from './artifact-process.ts'
import { engineAlone, quietDocker } from './engine-alone.ts'
import { line, median, ms, range } from './figures.ts'
import type { Row } from './goals.ts'
import { type Life, live, runBare, timed } from './life.ts'

const ROUNDS = 20
const WARM_UPS = 2
const DEBUG_ROUNDS = 5

/** The whole life of a trivial task, record and upload included, beside `docker run --rm` of the same. */
export async function benchTask(image: string, rounds = ROUNDS): Promise<Row[]> {
  const artifacts = await startArtifactProcess()
  const docker = quietDocker()
  const bare: number[] = []
  const engine: number[] = []
  const node: number[] = []
  const lives: Life[] = []
  const debug: Life[] = []
  try {
    for (let round = -WARM_UPS; round < rounds; round++) {
      // Who goes first changes, so that neither always finds the machine as the other left it.
      const first = round % 2 === 0
      const early = first ? await runBare(image) : undefined
      const life = await live(image, artifacts)
      const took = early ?? (await runBare(image))
      const alone = await engineAlone(docker, image)
      const start = await timed(process.execPath, ['-e', '0'])
      if (round < 0) continue
      engine.push(alone)
      bare.push(took)
      lives.push(life)
      node.push(start)
    }
    for (let round = 0; round < DEBUG_ROUNDS; round++)
      debug.push(await live(image, artifacts, { env: { RUNNER_DEBUG: '1' } }))
  } finally {
    artifacts.stop()
    docker.close()
  }
  const whole = lives.map(({ main, post }) => main.durationMs + post.durationMs)
  const ratio = median(whole) / median(bare)
  console.log(`\nA trivial task (true in ${image}), ${rounds} rounds after ${WARM_UPS}, medians\n`)
  line('docker run --rm', ms(median(bare)), range(bare))
  line('the engine alone, with its own network', ms(median(engine)), range(engine))
  line('the action, main and post', ms(median(whole)), range(whole))
  line('ratio', ratio.toFixed(2).padStart(5))
  line('ratio of the engine alone', (median(engine) / median(bare)).toFixed(2).padStart(5))
  reportPhases(lives, median(node))
  reportCalls(debug)
  return [
    {
      work: 'main and post, workspace and upload included, beside `docker run --rm`',
      figure: ratio,
      goal: { atMost: 1.8 },
    },
  ]
}

function reportPhases(lives: readonly Life[], node: number): void {
  const of = (figure: (life: Life) => number) => median(lives.map(figure))
  const phase = (name: Phase) => of(({ record }) => record.phases[name] ?? 0)
  const main = of((life) => life.main.durationMs)
  const listed = PHASES.filter((name) => name !== 'prepare').map((name) => [name, phase(name)] as const)
  const known = phase('prepare') + listed.reduce((sum, [, time]) => sum + time, 0)
  console.log('\nWhere the time goes\n')
  line('main', ms(main))
  line('  node itself (node -e 0)', ms(node))
  line('  phase prepare, after node’s start', ms(Math.max(0, phase('prepare') - node)))
  for (const [name, time] of listed) line(`  phase ${name}`, ms(time))
  line('  outputs, summary, record', ms(main - known))
  line('post', ms(of(({ post }) => post.durationMs)))
}

function reportCalls(lives: readonly Life[]): void {
  console.log(`\nCalls of the engine, from ${lives.length} further rounds with debug logs; some overlap\n`)
  for (const part of ['main', 'post'] as const)
    for (const [call, times] of callsOf(lives.map((life) => engineCalls(life[part]))))
      line(`${part}: ${call}`, ms(median(times)))
}

const engineCalls = ({ debug }: StepResult): string[] => debug.filter((text) => /^\d+ ms: /.test(text))

/** The times of each call, by what it does; calls of one kind are distinguished by their order. */
function callsOf(rounds: readonly (readonly string[])[]): Map<string, number[]> {
  const times = new Map<string, number[]>()
  for (const calls of rounds) {
    const met = new Map<string, number>()
    for (const call of calls) {
      const [, time = '', what = ''] = /^(\d+) ms: (.*)$/.exec(call) ?? []
      const kind = /^docker (?:(?:image|container|volume|network) )?[\w-]+|^\S+ \S+/.exec(what)?.[0] ?? what
      const count = (met.get(kind) ?? 0) + 1
      met.set(kind, count)
      const name = count === 1 ? kind : `${kind} (${count})`
      times.set(name, [...(times.get(name) ?? []), Number(time)])
    }
  }
  return times
}

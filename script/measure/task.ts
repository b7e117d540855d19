import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Job, type RunningStep, type StepResult } from '../../__tests__/support/runner.ts'
import { PHASES, type Phase, runRecordSchema } from '../../src/record/run-record.ts'
import { type ArtifactProcess, startArtifactProcess } from './artifact-process.ts'
import { line, median, ms, range } from './figures.ts'

const ROUNDS = 20
const WARM_UPS = 2
const DEBUG_ROUNDS = 5

interface Life {
  readonly main: number
  readonly post: number
  /** From the line that begins the upload to the end of post. */
  readonly upload: number
  readonly phases: Partial<Record<Phase, number>>
  /** The engine calls of main and post, in a debug round. */
  readonly calls: { readonly main: readonly string[]; readonly post: readonly string[] }
}

/** The whole life of a trivial task, record and upload included, beside `docker run --rm` of the same. */
export async function benchTask(image: string, rounds = ROUNDS): Promise<void> {
  const artifacts = await startArtifactProcess()
  const bare: number[] = []
  const node: number[] = []
  const lives: Life[] = []
  const debug: Life[] = []
  try {
    for (let round = -WARM_UPS; round < rounds; round++) {
      // Who goes first changes, so that neither always finds the machine as the other left it.
      const first = round % 2 === 0
      const early = first ? await runBare(image) : undefined
      const life = await live(image, artifacts, false)
      const took = early ?? (await runBare(image))
      const start = await timed(process.execPath, ['-e', '0'])
      if (round < 0) continue
      bare.push(took)
      lives.push(life)
      node.push(start)
    }
    for (let round = 0; round < DEBUG_ROUNDS; round++) debug.push(await live(image, artifacts, true))
  } finally {
    artifacts.stop()
  }
  report(image, { bare, node, lives, debug })
}

const runBare = (image: string): Promise<number> => timed('docker', ['run', '--rm', image, 'true'])

async function timed(program: string, args: readonly string[]): Promise<number> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const started = performance.now()
  child.stdout.resume()
  child.stderr.resume()
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} exited with ${code}`)
  return performance.now() - started
}

async function live(image: string, artifacts: ArtifactProcess, isDebug: boolean): Promise<Life> {
  const job = await Job.create({ artifacts })
  checkOut(job.workspace)
  try {
    const options = isDebug ? { env: { RUNNER_DEBUG: '1' } } : {}
    const main = await job.start({ image, command: '["true"]' }, options).result
    succeeded(main)
    const post = main.startPost()
    const uploading = seen(post.child, 'Uploading the record')
    const ended = await post.result
    const end = performance.now()
    succeeded(ended)
    const record = runRecordSchema.parse(JSON.parse(readFileSync(main.outputs.record ?? '', 'utf8')))
    return {
      main: main.durationMs,
      post: ended.durationMs,
      upload: end - (await uploading),
      phases: record.phases,
      calls: { main: engineCalls(main), post: engineCalls(ended) },
    }
  } finally {
    await job.remove()
  }
}

/** A repository as actions/checkout leaves it: its configuration has a credential, which no task gets. */
function checkOut(folder: string): void {
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args], { stdio: 'ignore' })
  git('init', '--quiet', '--initial-branch=main')
  git('config', 'http.https://github.com/.extraheader', 'AUTHORIZATION: basic bm90OmE6c2VjcmV0')
  git('config', 'user.name', 'bench')
  git('config', 'user.email', 'bench@example.com')
  writeFileSync(join(folder, 'README'), 'a file\n')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'base')
}

function succeeded(result: StepResult): void {
  if (result.failed || result.annotations.length > 0)
    throw new Error(`the step did not go well:\n${result.output}`)
}

/** When the text was first printed. */
function seen({ stdout }: RunningStep['child'], text: string): Promise<number> {
  let so_far = ''
  return new Promise((resolve) => {
    stdout?.on('data', (chunk: Buffer) => {
      so_far += chunk.toString()
      if (so_far.includes(text)) resolve(performance.now())
    })
    stdout?.on('end', () => resolve(performance.now()))
  })
}

const engineCalls = ({ debug }: StepResult): string[] => debug.filter((text) => /^\d+ ms: docker /.test(text))

interface Figures {
  readonly bare: readonly number[]
  readonly node: readonly number[]
  readonly lives: readonly Life[]
  readonly debug: readonly Life[]
}

function report(image: string, { bare, node, lives, debug }: Figures): void {
  const of = (figure: (life: Life) => number) => median(lives.map(figure))
  const whole = lives.map(({ main, post }) => main + post)
  console.log(
    `\nA trivial task (true in ${image}) on a checkout with a credential, ${bare.length} rounds after ${WARM_UPS}, medians\n`,
  )
  line('docker run --rm', ms(median(bare)), range(bare))
  line('the action, main and post', ms(median(whole)), range(whole))
  line('ratio', `${(median(whole) / median(bare)).toFixed(2).padStart(5)}`)
  console.log('\nWhere the time goes\n')
  const start = median(node)
  const prepare = of(({ phases }) => phases.prepare ?? 0)
  const listed = PHASES.filter((phase) => phase !== 'prepare').map(
    (phase) => [phase, of(({ phases }) => phases[phase] ?? 0)] as const,
  )
  const known = prepare + listed.reduce((sum, [, time]) => sum + time, 0)
  line('main', ms(of(({ main }) => main)))
  line('  node itself (node -e 0)', ms(start))
  line('  phase prepare, after node’s start', ms(Math.max(0, prepare - start)))
  for (const [phase, time] of listed) line(`  phase ${phase}`, ms(time))
  line('  outputs, summary, end', ms(of(({ main }) => main) - known))
  line('post', ms(of(({ post }) => post)))
  line('  node itself (node -e 0)', ms(start))
  line('  loading the client, state, sweep, record', ms(of(({ post, upload }) => post - upload) - start))
  line('  upload, end', ms(of(({ upload }) => upload)))
  console.log(
    `\nCalls of the engine, from ${debug.length} further rounds with debug logs; some overlap,\nand that of post waits while the artifact client is loaded\n`,
  )
  for (const part of ['main', 'post'] as const)
    for (const [call, times] of callsOf(debug.map(({ calls }) => calls[part])))
      line(`${part}: ${call}`, ms(median(times)))
  line('main: docker start --attach', 'in phase run')
}

/** The times of each call, by what it does; calls of one kind are told apart by their order. */
function callsOf(rounds: readonly (readonly string[])[]): Map<string, number[]> {
  const times = new Map<string, number[]>()
  for (const calls of rounds) {
    const met = new Map<string, number>()
    for (const call of calls) {
      const [, time = '', args = ''] = /^(\d+) ms: (docker .*)$/.exec(call) ?? []
      const kind = /^docker (?:(?:image|container) )?[\w-]+/.exec(args)?.[0] ?? args
      const count = (met.get(kind) ?? 0) + 1
      met.set(kind, count)
      const name = count === 1 ? kind : `${kind} (${count})`
      times.set(name, [...(times.get(name) ?? []), Number(time)])
    }
  }
  return times
}

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fakeInternet } from '../../__tests__/support/egress/fake-internet-env.ts'
import { IN_TASK } from '../../__tests__/support/egress/in-task.ts'
import { PSK_CLIENT_SCRIPT } from '../../__tests__/support/egress/psk.ts'
import { Job } from '../../__tests__/support/runner.ts'
import { formatBytes } from '../../src/formats/units.ts'
import { line, median, range } from './figures.ts'
import type { Row } from './goals.ts'
import { watchMemory } from './memory.ts'

const ROUNDS = 5
const WARM_UPS = 1
/** Of one connection. */
const BYTES = 400 * 1024 * 1024
const HOST = 'download.example.com'
const ADDRESS = '93.184.216.34'
const IMAGE = 'node:22-slim'

/** Reads all that a server sends over so many connections at once, and prints MB/s. */
const reader = (socket: string, connections: number) => `${IN_TASK}
;(async () => {
  const gateway = require('node:fs').readFileSync('/proc/net/route', 'utf8').split('\\n').map((row) => row.split('\\t')).find((row) => row[1] === '00000000')?.[2] ?? ''
  const address = gateway.match(/../g)?.reverse().map((part) => parseInt(part, 16)).join('.')
  const started = performance.now()
  const all = await Promise.all(Array.from({ length: ${connections} }, async () => {
    const socket = tls.connect({ socket: ${socket}, servername: '${HOST}', ...${PSK_CLIENT_SCRIPT} })
    let bytes = 0
    socket.on('data', (part) => { bytes += part.length })
    await new Promise((yes, no) => socket.on('close', yes).on('error', no))
    return bytes
  }))
  const bytes = all.reduce((sum, one) => sum + one, 0)
  console.log('rate ' + bytes / 1e6 / ((performance.now() - started) / 1000) + ' of ' + bytes)
  process.exit()
})()`

/** What comes through the proxy of a task with limited egress, beside what comes directly; TLS in both. */
export async function benchEgress(_image: string, rounds = ROUNDS): Promise<Row[]> {
  const [server, port] = await startServer(BYTES)
  const [small, smallPort] = await startServer(BYTES / 100)
  const direct: number[] = []
  const through: Measured[] = []
  const many: Measured[] = []
  try {
    for (let round = -WARM_UPS; round < rounds; round++) {
      const open = await measure('open', port, reader(`net.connect(${port}, address)`, 1))
      const one = await measure(HOST, port, reader(`await tunnel('${HOST}:443')`, 1))
      const hundred = await measure(HOST, smallPort, reader(`await tunnel('${HOST}:443')`, 100))
      if (round < 0) continue
      direct.push(open.rate)
      through.push(one)
      many.push(hundred)
    }
  } finally {
    server.kill()
    small.kill()
  }
  const rates = through.map(({ rate }) => rate)
  const hundred = many.map(({ rate }) => rate)
  const peak = formatBytes(Math.max(...through.map((one) => one.peak)))
  const peakOfMany = formatBytes(Math.max(...many.map((one) => one.peak)))
  const ratio = median(rates) / median(direct)
  console.log(`\n${formatBytes(BYTES)} by TLS into a task, ${rounds} rounds after ${WARM_UPS}, medians\n`)
  const rate = (figures: readonly number[]) => `${String(Math.round(median(figures))).padStart(5)} MB/s`
  line('directly', rate(direct), range(direct))
  line('through the proxy of egress', rate(rates), range(rates))
  line('the same over 100 connections at once', rate(hundred), range(hundred))
  line('ratio to a direct connection', ratio.toFixed(2).padStart(5))
  line('peak memory of main (VmHWM)', peak, `${peakOfMany} with 100 connections`)
  const work = 'download through the proxy of egress, beside a direct one'
  const more = `main took ${peak} of memory at most, ${peakOfMany} with 100 connections`
  return [{ work, figure: ratio, goal: { atLeast: 0.7 }, more }]
}

interface Measured {
  /** MB/s. */
  readonly rate: number
  readonly peak: number
}

async function measure(egress: string, port: number, run: string): Promise<Measured> {
  const env = fakeInternet({ names: { [HOST]: [[ADDRESS]] }, ports: { [`${ADDRESS}:443`]: port } })
  const job = await Job.create({ env })
  try {
    const step = job.start({
      image: IMAGE,
      workspace: 'none',
      shell: 'node {0}',
      run,
      egress,
      upload: 'never',
    })
    const memory = watchMemory(step.child)
    const main = await step.result
    const [, rate] = /^rate ([\d.]+) of \d{6,}$/m.exec(main.output) ?? []
    if (main.failed || rate === undefined) throw new Error(`nothing was measured:\n${main.output}`)
    const peak = memory()
    await main.post()
    return { rate: Number(rate), peak }
  } finally {
    await job.remove()
  }
}

async function startServer(bytes: number): Promise<[ChildProcess, number]> {
  const program = new URL('./egress-server.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [program, String(bytes)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [text]: Buffer[] = await once(child.stdout, 'data')
  return [child, Number(String(text))]
}

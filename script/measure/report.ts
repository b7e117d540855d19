import { ArtifactService } from '../../__tests__/support/artifact-service.ts'
import { legsOfRun } from '../../__tests__/support/report-legs.ts'
import { Job } from '../../__tests__/support/runner.ts'
import { formatBytes } from '../../src/formats/units.ts'
import { line, median } from './figures.ts'
import type { Row } from './goals.ts'
import { watchMemory } from './memory.ts'

const ROUNDS = 3
const TASKS = 256
const LOG_BYTES = 10_000_000

/** The report of 256 tasks with large records, beside fetching all of their artifacts and reading nothing. */
export async function benchReport(_image: string, rounds = ROUNDS): Promise<Row[]> {
  const service = await ArtifactService.start()
  const job = await Job.create({ artifacts: service })
  try {
    leaveAll(service)
    const names = [...service.artifacts.values()].map(({ zip }) => zip.length)
    const fetched: number[] = []
    const ours: { seconds: number; peak: number }[] = []
    for (let round = -1; round < rounds; round++) {
      const whole = await fetchAll(service)
      const own = await report(job)
      if (round < 0) continue
      fetched.push(whole)
      ours.push(own)
    }
    const seconds = ours.map((one) => one.seconds)
    const bytes = names.reduce((sum, one) => sum + one, 0)
    console.log(
      `\nThe report of ${TASKS} tasks, ${formatBytes(bytes)} of artifacts, ${rounds} rounds, medians\n`,
    )
    line('fetching the artifacts', `${median(fetched).toFixed(2)} s`)
    line('the report', `${median(seconds).toFixed(2)} s`)
    line('ratio', (median(seconds) / median(fetched)).toFixed(2).padStart(5))
    line('peak memory (VmHWM)', formatBytes(Math.max(...ours.map(({ peak }) => peak))))
    return [] // a separate goal has only what a task costs
  } finally {
    await job.remove()
    await service.stop()
  }
}

/** Each a record of 20,000 artifacts with 5,000 events and a log of 10 MB, which a zip makes much of, and 300 kB that it cannot. */
function leaveAll(service: ArtifactService): void {
  const artifacts = Array.from(
    { length: 20_000 },
    (_, at) => `coverage/report/of/a/long/path/file-${at}.html`,
  )
  const events = '{"specversion":"1.0","type":"task.container.phase"}\n'.repeat(5000)
  for (const [index, leg] of legsOfRun(TASKS).entries()) {
    if (!leg.record) continue
    const log = Array.from({ length: LOG_BYTES / 50 }, (_, at) => `${at * (index + 1)}`.padEnd(49, '.')).join(
      '\n',
    )
    service.put(`acode-r1a1-${leg.id}`, {
      'container/metadata/run.json': JSON.stringify({ ...leg.record, artifacts }),
      'container/metadata/events.jsonl': events,
      'container/logs/runner.log': log,
      'container/artifacts/made.bin': crypto.getRandomValues(Buffer.alloc(65_536)),
    })
  }
}

async function fetchAll(service: ArtifactService): Promise<number> {
  const started = performance.now()
  for (const name of service.artifacts.keys()) await (await fetch(service.urlOf(name))).arrayBuffer()
  return (performance.now() - started) / 1000
}

async function report(job: Job): Promise<{ seconds: number; peak: number }> {
  const step = job.start({ 'fail-on': 'none', upload: false }, { action: 'report' })
  const memory = watchMemory(step.child)
  const result = await step.result
  const peak = memory()
  if (result.failed) throw new Error(result.output)
  return { seconds: result.durationMs / 1000, peak }
}

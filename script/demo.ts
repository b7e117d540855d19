/**
 * Runs the tasks of examples/tasks.yml in parallel through the built action, main and post, as the runner starts them
 * for the legs of a matrix: each in its own job with its own workspace. Ends with what they left.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { ArtifactService } from '../__tests__/support/artifact-service.ts'
import { Job, type RunningStep } from '../__tests__/support/runner.ts'
import { formatBytes, formatSeconds } from '../src/formats/units.ts'
import { runRecordSchema } from '../src/record/run-record.ts'
import { LiveView, paint } from './live-view.ts'
import { endWith, engineInUse } from './measure/engine.ts'

const ROOT = join(import.meta.dirname, '..')
const EXAMPLES = join(ROOT, 'examples')

const taskFile = z.object({
  tasks: z
    .array(
      z.object({
        id: z.string(),
        requiredCapabilities: z.array(z.string()).default([]),
        container: z.record(z.string(), z.unknown()),
      }),
    )
    .min(1),
})
type DemoTask = z.output<typeof taskFile>['tasks'][number]

interface Ended {
  readonly id: string
  readonly succeeded: boolean
  readonly record: string
}

const { tasks } = taskFile.parse(parse(readFileSync(join(EXAMPLES, 'tasks.yml'), 'utf8')))
const folder = mkdtempSync(join(tmpdir(), 'acode-demo-'))
const run = { GITHUB_RUN_ID: String(Date.now()), GITHUB_WORKFLOW: 'Demo', GITHUB_JOB: 'demo' }
const width = Math.max(...tasks.map(({ id }) => id.length))
const running = new Set<RunningStep>()
// Ctrl+C is what a cancelled workflow is: the tasks are stopped, and their post steps run.
process.on('SIGINT', () => {
  for (const step of running) void step.cancel()
})

try {
  console.log(`${tasks.length} tasks of examples/tasks.yml in parallel, each in its own container`)
  console.log(`on ${engineInUse()}\n`)
  const artifacts = await ArtifactService.start()
  const started = performance.now()
  const ended = await Promise.all(tasks.map((task, index) => runTask(artifacts, task, index)))
  const seconds = (performance.now() - started) / 1000
  await artifacts.stop()
  report(ended, [...artifacts.artifacts.keys()], seconds)
  process.exitCode = ended.every(({ succeeded }) => succeeded) ? 0 : 1
} catch (error) {
  endWith('demo', error)
}

/** One leg of the matrix, from an empty machine to its uploaded record. */
async function runTask(artifacts: ArtifactService, task: DemoTask, index: number): Promise<Ended> {
  const { id, requiredCapabilities, container } = task
  const temp = join(folder, id)
  mkdirSync(temp)
  const job = await Job.create({
    temp,
    artifacts,
    github: run,
    matrix: { id },
    jobIndex: index,
    jobTotal: tasks.length,
  })
  const view = new LiveView(paint(index, id.padEnd(width)))
  try {
    cpSync(EXAMPLES, job.workspace, { recursive: true })
    const payload = { requiredCapabilities, task: { id, container } }
    const main = job.start({ task: JSON.stringify(payload) })
    running.add(main)
    view.follow(main.child)
    const result = await main.result
    running.delete(main)
    const post = result.startPost()
    view.follow(post.child)
    const after = await post.result
    return { id, succeeded: !result.failed && !after.failed, record: result.outputs.record ?? '' }
  } finally {
    await job.remove()
  }
}

function report(ended: readonly Ended[], uploaded: readonly string[], seconds: number): void {
  const rows = ended.map(({ id, record: path }) => {
    if (path === '') return [id, 'no record', '', '', '', '']
    const record = runRecordSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
    const { status, container, exitCode, durationSeconds, usage } = record
    return [
      id,
      status,
      container.image ?? '',
      exitCode === null ? '' : String(exitCode),
      durationSeconds === null ? '' : formatSeconds(durationSeconds),
      usage.peakMemoryBytes === null ? '' : formatBytes(usage.peakMemoryBytes),
    ]
  })
  console.log(`\nRecords, below ${folder}`)
  for (const { id, record } of ended) console.log(`  ${id.padEnd(width)}  ${relative(folder, record)}`)
  console.log(`Uploaded artifacts: ${uploaded.toSorted().join(', ')}\n`)
  printTable([['task', 'status', 'image', 'exit', 'duration', 'peak memory'], ...rows])
  const sum = rows.length === 1 ? '' : `, ${rows.length} tasks at once`
  console.log(`\n${formatSeconds(seconds)} in all${sum}`)
}

function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
}

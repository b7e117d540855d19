import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type FinishedStep, Job, type JobOptions, type StepResult } from '../../__tests__/support/runner.ts'
import { type RunRecord, runRecordSchema } from '../../src/record/run-record.ts'
import type { ArtifactProcess } from './artifact-process.ts'
import { makeCheckout } from './checkout.ts'

/** Files of the checkout of a trivial task. */
const FILES = 100

/** A trivial task from the start of main to the end of post, its record uploaded. */
export interface Life {
  readonly main: FinishedStep
  readonly post: StepResult
  readonly record: RunRecord
}

/** A job whose workspace is a checkout. */
export async function jobOnCheckout(options: JobOptions, files = FILES): Promise<Job> {
  const job = await Job.create(options)
  makeCheckout(job.workspace, files)
  return job
}

/** Runs `true` in the default workspace, on a checkout. */
export async function live(
  image: string,
  artifacts: ArtifactProcess,
  options: JobOptions = {},
  inputs: Readonly<Record<string, string>> = {},
): Promise<Life> {
  const job = await jobOnCheckout({ ...options, artifacts })
  try {
    return await liveIn(job, image, inputs)
  } finally {
    await job.remove()
  }
}

/** The same in a job that is there. */
export async function liveIn(
  job: Job,
  image: string,
  inputs: Readonly<Record<string, string>> = {},
): Promise<Life> {
  const main = await job.uses({ image, command: '["true"]', ...inputs })
  succeeded(main)
  const post = await main.post()
  succeeded(post)
  const record = runRecordSchema.parse(JSON.parse(readFileSync(main.outputs.record ?? '', 'utf8')))
  return { main, post, record }
}

function succeeded(result: StepResult): void {
  // A notice says no more than that the engine is short of addresses for so many networks.
  if (result.failed || result.annotations.some(({ level }) => level !== 'notice'))
    throw new Error(`a task of the bench did not go well:\n${result.output}`)
}

/** `docker run --rm` of the same, in milliseconds. */
export const runBare = (image: string): Promise<number> => timed('docker', ['run', '--rm', image, 'true'])

/** How long a program runs, in milliseconds. */
export async function timed(program: string, args: readonly string[]): Promise<number> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const started = performance.now()
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} exited with ${code}: ${said.trim()}`)
  return performance.now() - started
}

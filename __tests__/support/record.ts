import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { newRecord } from '../../src/record/new-record.ts'
import { type RunRecord, runRecordSchema } from '../../src/record/run-record.ts'
import type { StepResult } from './runner.ts'

const eventSchema = z.looseObject({ type: z.string(), data: z.record(z.string(), z.unknown()) })
/** One line of `events.jsonl`. */
export type Event = z.infer<typeof eventSchema>

/** The run.json that a step names in its outputs, checked against its schema. */
export async function recordOf(step: StepResult): Promise<RunRecord> {
  return runRecordSchema.parse(JSON.parse(await readFile(output(step, 'record'), 'utf8')))
}

/** The runner.log of a step, byte for byte. */
export function logOf(step: StepResult): Promise<Buffer> {
  return readFile(output(step, 'log'))
}

/** The folder of a record's files: the one that holds `metadata` and `logs`. */
export function folderOf(step: StepResult): string {
  return path.dirname(path.dirname(output(step, 'record')))
}

/** A file that the task left, out of the record. */
export function artifactOf(step: StepResult, name: string): Promise<string> {
  return readFile(path.join(folderOf(step), 'artifacts', name), 'utf8')
}

/** The events of a step, in their order. */
export async function eventsOf(step: StepResult): Promise<Event[]> {
  const text = await readFile(path.join(folderOf(step), 'metadata/events.jsonl'), 'utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => eventSchema.parse(JSON.parse(line)))
}

function output(step: StepResult, name: string): string {
  const value = step.outputs[name]
  if (value === undefined) throw new Error(`The step has no output ${name}:\n${step.output}`)
  return value
}

export const STARTED_AT = new Date('2026-01-02T03:04:05.000Z')

const RUNNER = {
  RUNNER_NAME: 'Runner 1',
  RUNNER_OS: 'Linux',
  RUNNER_ARCH: 'X64',
  GITHUB_REPOSITORY: 'octo/repo',
  GITHUB_SHA: 'abc',
  GITHUB_REF: 'refs/heads/main',
}

/** A run's record with some of it changed. */
export function recordWith(fields: Partial<RunRecord> = {}, env: NodeJS.ProcessEnv = RUNNER): RunRecord {
  const identity = { session: 's1', task: 'unit', container: 'acode-s1-unit' }
  return { ...newRecord(identity, env, '1.2.3', STARTED_AT), ...fields }
}

/** A record as it is when its run begins. */
export const RECORD: RunRecord = recordWith()

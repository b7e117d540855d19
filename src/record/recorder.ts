import { createWriteStream, type WriteStream } from 'node:fs'
import { finished as streamEnd } from 'node:stream/promises'
import { messageOf, sentence } from '../errors.ts'
import * as runner from '../github/runner.ts'
import type { AskedAnnotations } from '../github/task-annotations.ts'
import { Redaction } from '../streams/redact.ts'
import type { Collected } from './collect/collect.ts'
import { finished } from './derived.ts'
import { appendEvent, cloudEvent, type EventType, finishedEvent, startedEvent } from './events.ts'
import { type Facts, ofAllTries, recordOf, withFacts } from './facts.ts'
import { type RecordPaths, writeRecord } from './folder.ts'
import { readLogEnd } from './log-end.ts'
import type { Phase } from './phases.ts'
import type { RunRecord } from './run-record.ts'
import { lastLines } from './summary/last-lines.ts'

/** Fields whose values are the action's words and times: a secret that happens to be one of them gives nothing away. */
const FIXED = new Set([
  ...['status', 'code', 'startedAt', 'finishedAt'],
  ...['specversion', 'type', 'time', 'datacontenttype'],
])

/** Fields by which a record is found, and what it is of: no task strikes them out. */
const IDENTITY = new Set([
  ...['session', 'task', 'label', 'name', 'id', 'image', 'digest', 'url', 'repository', 'sha', 'ref'],
  ...['source', 'subject', 'container'],
])

/**
 * Keeps a run's record while it runs: facts, phases, events, log. What cannot be written is reported once and costs
 * the task nothing; the files that are there stay.
 */
export class Recorder {
  readonly paths: RecordPaths
  readonly log: WriteStream
  readonly redaction: Redaction
  /** What the task asked to be masked: only its own words, and nothing by which its record is found. */
  readonly taskMasks = new Redaction()
  /** How the run began, with the phases that it has been through since. */
  private begun: RunRecord
  private facts: Facts
  private hasWarned = false
  /** How much of the log is the task's output. */
  private outputBytes = 0
  /** The finished record, which no fact changes any more; null until then. */
  private end: RunRecord | null = null
  /** The last write of the record: one at a time. */
  private saving: Promise<void> = Promise.resolve()

  private constructor(record: RunRecord, paths: RecordPaths, redaction: Redaction, known: Facts) {
    this.begun = record
    this.facts = known
    this.paths = paths
    this.redaction = redaction
    this.log = createWriteStream(paths.log, { flags: 'a' })
    this.log.on('error', (error) => this.cannotWrite(error))
  }

  /** Opens a record that says, until it is finished, that its run was ended before. */
  static async open(
    record: RunRecord,
    paths: RecordPaths,
    redaction: Redaction,
    known: Facts = {},
  ): Promise<Recorder> {
    const recorder = new Recorder(record, paths, redaction, known)
    await recorder.save()
    return recorder
  }

  /** The record by what is known now. */
  get record(): Readonly<RunRecord> {
    return this.end ?? recordOf(this.begun, this.facts)
  }

  /** Path of the task's changes; null when there are none. */
  get patch(): string | null {
    return this.facts.patch ?? null
  }

  /** What the task asked to be annotated; null when that is not allowed. */
  get annotations(): AskedAnnotations | null {
    return this.facts.annotations ?? null
  }

  /** What the task left for the workflow; null until it is collected. */
  get left(): Collected | null {
    return this.facts.left ?? null
  }

  /** Adds facts to the record. A finished one takes no more: what was published stays true. */
  learn(more: Facts): void {
    if (this.end === null) this.facts = withFacts(this.facts, more)
  }

  /** Adds what a step finds out while it works, as soon as it does: a step that fails has said what it knew. */
  async learnFrom<T>(step: AsyncGenerator<Facts, T, void>): Promise<T> {
    for (;;) {
      const found = await step.next()
      if (found.done) return found.value
      this.learn(found.value)
    }
  }

  /** What a try found out is not so of the next one. */
  forgetTry(): void {
    if (this.end === null) this.facts = ofAllTries(this.facts)
  }

  /**
   * Does the work of one phase and keeps how long it took, also where it fails. What is known then is on the disk: a
   * main that is killed has said it.
   */
  async phase<T>(phase: Phase, work: () => Promise<T>): Promise<T> {
    const started = performance.now()
    try {
      return await work()
    } finally {
      const milliseconds = Math.round(performance.now() - started)
      this.addTime(phase, milliseconds)
      this.event('task.container.phase', { phase, milliseconds })
      await this.keep()
    }
  }

  /** Adds to the time that a phase took. */
  addTime(phase: Phase, milliseconds: number): void {
    const { phases } = this.begun
    if (this.end !== null) return
    this.begun = { ...this.begun, phases: { ...phases, [phase]: (phases[phase] ?? 0) + milliseconds } }
  }

  /** Puts on the disk what is known by now, for a main that is killed next. */
  async keep(): Promise<void> {
    if (this.end === null) await this.save().catch((error: unknown) => this.cannotWrite(error))
  }

  /** Appends an event to `events.jsonl`. */
  event(type: EventType, data: object): void {
    if (this.end === null) this.append(cloudEvent(type, this.record, data))
  }

  /** Appends that the container is about to be started. */
  started(): void {
    if (this.end === null) this.append(startedEvent(this.record))
  }

  /** Closes the log and writes the finished record. */
  async finish(): Promise<void> {
    this.end = finished(this.record, Math.round(performance.now()) / 1000)
    const record = this.end
    this.outputBytes = this.log.bytesWritten + this.log.writableLength
    if (record.error) this.log.write(this.redaction.text(`${record.error.code}: ${record.error.message}\n`))
    this.log.end()
    await streamEnd(this.log).catch((error: unknown) => this.cannotWrite(error))
    this.append(finishedEvent(record))
    await this.save().catch((error: unknown) => this.cannotWrite(error))
  }

  /** The last lines of the output of a finished run as plain text. */
  async lastLines(count: number): Promise<string> {
    return lastLines(await readLogEnd(this.paths.log, this.outputBytes), count, this.strikeText)
  }

  /** A text of the task's without secrets, and without what the task masks. */
  readonly strikeText = (text: string): string => this.redaction.text(this.taskMasks.text(text))

  private append(line: string): void {
    const error = appendEvent(this.paths.events, this.strike(line))
    if (error) this.cannotWrite(error)
  }

  /**
   * The record without secrets, as it is written: once a text is quoted or escaped, not all of them can be found. It has
   * the form of the record, for a text is replaced by a text; a schema that it failed would keep it from being written.
   */
  struck(): RunRecord {
    return JSON.parse(this.strike(JSON.stringify(this.record)))
  }

  private async save(): Promise<void> {
    const write = () => writeRecord(this.paths.run, this.struck())
    this.saving = this.saving.then(write, write)
    await this.saving
  }

  /** Strikes secrets out of the texts in JSON, as they are and not as JSON escapes them. */
  private strike(json: string): string {
    return JSON.stringify(
      JSON.parse(json, (key, value: unknown) =>
        typeof value === 'string' && !FIXED.has(key) ? this.redaction.text(this.unmasked(key, value)) : value,
      ),
    )
  }

  private unmasked(key: string, value: string): string {
    return IDENTITY.has(key) ? value : this.taskMasks.text(value)
  }

  private cannotWrite(error: unknown): void {
    if (this.hasWarned) return
    this.hasWarned = true
    runner.warning(
      `The record in ${this.paths.run} is not whole: ${sentence(messageOf(error))} The task is not affected; free space in RUNNER_TEMP.`,
      'ACODE-CTN-013',
    )
  }
}

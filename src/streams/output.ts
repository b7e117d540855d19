import type { Writable } from 'node:stream'
import type { Redactor } from './redact.ts'

/** Where a task's output goes. */
export interface OutputSinks {
  /** The step's log. */
  readonly live: Writable
  /** runner.log. */
  readonly file: Writable
  readonly redactor: Redactor
  /** Given what goes to the log, when it does. */
  readonly onOutput?: (chunk: Buffer) => void
}

/** What passed through. */
export interface OutputReport {
  readonly bytes: number
  readonly endsWithNewline: boolean
  /** Why runner.log is not whole (a full disk, say); null where it is. The task goes on all the same. */
  readonly fileError: Error | null
}

/**
 * Passes a task's output on as it comes, byte for byte, to log and file. The slower of the two sets the pace,
 * so memory stays flat however much comes and however long its lines are.
 */
export async function passOutput(source: AsyncIterable<Buffer>, sinks: OutputSinks): Promise<OutputReport> {
  let bytes = 0
  let last = 0x0a
  // A stream that failed before tells nobody again, and is never drained.
  let fileError: Error | null = sinks.file.errored
  let liveGone = sinks.live.destroyed
  const onFileError = (error: Error) => {
    fileError ??= error
  }
  const onLiveError = () => {
    liveGone = true
  }
  sinks.file.on('error', onFileError)
  sinks.live.on('error', onLiveError)
  const pass = async (chunk: Buffer) => {
    if (chunk.length === 0) return
    sinks.onOutput?.(chunk)
    bytes += chunk.length
    last = chunk.at(-1) ?? last
    await Promise.all([
      liveGone ? undefined : write(sinks.live, chunk),
      fileError ? undefined : write(sinks.file, chunk),
    ])
  }
  try {
    for await (const chunk of source) await pass(sinks.redactor.push(chunk))
    await pass(sinks.redactor.end())
  } finally {
    sinks.live.off('error', onLiveError)
  }
  return { bytes, endsWithNewline: last === 0x0a, fileError }
}

/** Writes and waits for room. A sink that fails is dealt with by its error event. */
function write(sink: Writable, chunk: Buffer): Promise<void> | undefined {
  if (sink.write(chunk)) return undefined
  return new Promise((resolve) => {
    const done = () => {
      sink.off('drain', done).off('error', done).off('close', done)
      resolve()
    }
    sink.on('drain', done).on('error', done).on('close', done)
  })
}

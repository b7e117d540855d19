import type { Writable } from 'node:stream'
import type { Redactor } from './redact.ts'

/** Where a task's output goes. */
export interface OutputSinks {
  /** The step's log. */
  readonly live: Writable
  /** runner.log. */
  readonly file: Writable
  readonly redactor: Redactor
  /** What the log is given in place of the output; the file always has the output itself. */
  readonly rewriter?: Rewriter
  /** Given what goes to the log, when it does. */
  readonly onOutput?: (chunk: Buffer) => void
}

/** Changes a stream on its way. */
export interface Rewriter {
  push(chunk: Buffer): Buffer
  end(): Buffer
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
  // A stream that failed before does not say so again, and is never drained.
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
  const pass = async (chunk: Buffer, shown: Buffer) => {
    if (shown.length > 0) sinks.onOutput?.(shown)
    bytes += chunk.length
    last = shown.at(-1) ?? last
    await Promise.all([
      liveGone || shown.length === 0 ? undefined : write(sinks.live, shown),
      fileError || chunk.length === 0 ? undefined : write(sinks.file, chunk),
    ])
  }
  const rewritten = (chunk: Buffer) => (sinks.rewriter ? sinks.rewriter.push(chunk) : chunk)
  try {
    for await (const read of source) {
      const chunk = sinks.redactor.push(read)
      await pass(chunk, rewritten(chunk))
    }
    const rest = sinks.redactor.end()
    await pass(rest, Buffer.concat([rewritten(rest), sinks.rewriter?.end() ?? Buffer.alloc(0)]))
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

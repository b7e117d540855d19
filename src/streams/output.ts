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

/** Changes a stream on its way, as a redactor does: what it keeps back is in other memory than the chunk's. */
export interface Rewriter {
  push(chunk: Buffer): Buffer
  end(): Buffer
}

/** What passed through. */
export interface OutputReport {
  readonly bytes: number
  readonly endsWithNewline: boolean
  /** Why runner.log is not whole (a full disk, say); null when it is. The task goes on all the same. */
  readonly fileError: Error | null
}

/**
 * Passes a task's output on as it comes, byte for byte, to log and file. The slower of the two sets the pace,
 * so memory stays flat however much comes and however long its lines are. A chunk is done with before the next one is
 * asked for: it may come in the same memory.
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
    // The file first: it is written next to this thread, which the log may hold.
    const kept = fileError || chunk.length === 0 ? undefined : written(sinks.file, chunk)
    if (!liveGone && shown.length > 0) await written(sinks.live, shown)
    await kept
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

/** Writes to the end: then the chunk's memory may be used again. A sink that fails is dealt with by its error event. */
export const written = (sink: Writable, chunk: Buffer): Promise<void> =>
  new Promise((resolve) => {
    sink.write(chunk, () => resolve())
  })

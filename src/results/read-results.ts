import { TextDecoder } from 'node:util'
import { readCtrf } from './ctrf.ts'
import type { TestFormat } from './formats.ts'
import { junitReader } from './junit.ts'
import type { TestSink } from './test-case.ts'
import { trxReader } from './trx.ts'
import { readXml, type XmlReader } from './xml.ts'

/** What was read of a file. */
interface ReadResults {
  /** Null when it is none of the kinds. */
  readonly format: TestFormat | null
  /** Why the tests are not all that the file should hold; null when they are. */
  readonly fault: string | null
}

/** A report is read this far: test runs of a hundred thousand tests have less. */
const MOST_BYTES = 64 * 1024 * 1024

/**
 * Reads a file of test results, by what is in it and not by its name, and hands on each test as it comes. A file
 * that was cut off, or is broken, has said what it said until then.
 */
export async function readResults(
  bytes: AsyncIterable<Buffer>,
  sink: TestSink,
  mostBytes = MOST_BYTES,
): Promise<ReadResults> {
  let format: TestFormat | null = null
  try {
    const chunks = textOf(bytes, mostBytes)
    const first = await firstOf(chunks)
    if (first.startsWith('{')) {
      format = 'ctrf'
      await readCtrf(behind(first, chunks), sink)
    } else
      await readXml(
        behind(first, chunks),
        byRoot(sink, (found) => {
          format = found
        }),
      )
    return { format, fault: null }
  } catch (error) {
    return { format, fault: error instanceof Error ? error.message : String(error) }
  }
}

/** The reader of the kind that the first element says. */
function byRoot(sink: TestSink, onFormat: (format: TestFormat) => void): XmlReader {
  let reader: XmlReader | null = null
  return {
    open(name, attributes) {
      if (reader === null) {
        const format = name === 'TestRun' ? 'trx' : /^test(suites?|run)$/.test(name) ? 'junit' : null
        if (format === null) throw new Error(UNKNOWN)
        onFormat(format)
        reader = format === 'trx' ? trxReader(sink) : junitReader(sink)
      }
      reader.open(name, attributes)
    },
    text: (text) => reader?.text(text),
    close: (name) => reader?.close(name),
  }
}

const UNKNOWN = 'it is no JUnit XML, TRX or CTRF JSON'

/** Bytes as text, by their byte order mark, else UTF-8; some white space may come first. */
async function* textOf(bytes: AsyncIterable<Buffer>, mostBytes: number): AsyncGenerator<string> {
  let decoder: TextDecoder | null = null
  let count = 0
  for await (const chunk of bytes) {
    decoder ??= new TextDecoder(encodingOf(chunk))
    count += chunk.length
    if (count > mostBytes)
      throw new Error(`it has more than ${mostBytes / 1024 / 1024} MiB; the rest was not read`)
    yield decoder.decode(chunk, { stream: true })
  }
}

function encodingOf(start: Buffer): string {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le'
  return start[0] === 0xfe && start[1] === 0xff ? 'utf-16be' : 'utf-8'
}

/** The first piece that is more than white space, without that before it. */
async function firstOf(chunks: AsyncGenerator<string>): Promise<string> {
  for (;;) {
    const { value, done } = await chunks.next()
    if (done) throw new Error('it is empty')
    const text = value.trimStart()
    if (text !== '') return text
  }
}

async function* behind(first: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield first
  yield* rest
}

import { createWriteStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TaskAnnotations } from '../../../src/github/task-annotations.ts'
import { passOutput } from '../../../src/streams/output.ts'
import { PathRewriter } from '../../../src/streams/path-rewriter.ts'
import { inTurn, Redaction } from '../../../src/streams/redact.ts'
import { taskMasks } from '../../../src/streams/task-masks.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const NO_SECRETS = new Redaction().stream()

/** A sink that keeps what it is given, after a while. */
function sink(milliseconds = 0) {
  const chunks: Buffer[] = []
  const stream = new Writable({
    highWaterMark: 16,
    write(chunk: Buffer, _, done) {
      const take = () => {
        chunks.push(Buffer.from(chunk))
        done()
      }
      if (milliseconds > 0) setTimeout(take, milliseconds)
      else take()
    },
  })
  return { stream, bytes: () => Buffer.concat(chunks) }
}

const broken = (error: Error) => new Writable({ write: (_, __, done) => done(error) })

describe('passOutput', () => {
  it('passes random bytes on as they are, to log and file', async () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(chunks, async (arrays) => {
        const [live, file] = [sink(), sink()]
        const all = Buffer.concat(arrays)
        const report = await passOutput(Readable.from(arrays.map((one) => Buffer.from(one))), {
          live: live.stream,
          file: file.stream,
          redactor: NO_SECRETS,
        })
        expect(live.bytes()).toEqual(all)
        expect(file.bytes()).toEqual(all)
        expect(report).toEqual({
          bytes: all.length,
          endsWithNewline: all.length === 0 || all.at(-1) === 0x0a,
          fileError: null,
        })
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    ['', true],
    ['a\n', true],
    ['a', false],
    ['a\n\r', false],
  ])('%j ends at the start of a line: %s', async (text, endsWithNewline) => {
    const sinks = { live: sink().stream, file: sink().stream, redactor: NO_SECRETS }
    expect(await passOutput(Readable.from([Buffer.from(text)]), sinks)).toMatchObject({ endsWithNewline })
  })

  it('shows a chunk before the next one comes', async () => {
    const source = new PassThrough()
    const live = sink()
    const passed = passOutput(source, { live: live.stream, file: sink().stream, redactor: NO_SECRETS })
    source.write('half a li')
    await expect.poll(() => live.bytes().toString()).toBe('half a li')
    source.end('ne\n')
    await passed
    expect(live.bytes().toString()).toBe('half a line\n')
  })

  it('waits for the slower of the two, so that memory stays flat', async () => {
    let produced = 0
    const source = new Readable({
      highWaterMark: 64,
      read() {
        produced++
        this.push(produced > 50 ? null : Buffer.alloc(64, 'x'))
      },
    })
    const [live, file] = [sink(), sink(2)]
    const passed = passOutput(source, { live: live.stream, file: file.stream, redactor: NO_SECRETS })
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(produced).toBeLessThan(40)
    expect((await passed).bytes).toBe(50 * 64)
    expect(live.bytes()).toHaveLength(50 * 64)
  })

  it('shows what it kept back at the end', async () => {
    const live = sink()
    const sinks = { live: live.stream, file: sink().stream, redactor: new Redaction(['hunter2']).stream() }
    const report = await passOutput(Readable.from([Buffer.from('hunter2 and hunt')]), sinks)
    expect(live.bytes().toString()).toBe('*** and hunt')
    expect(report).toMatchObject({ bytes: 12, endsWithNewline: false })
  })

  it('goes on without a file that fails, and says so', async () => {
    const live = sink()
    const text = 'x'.repeat(100)
    const sinks = { live: live.stream, file: broken(new Error('disk full')), redactor: NO_SECRETS }
    const source = Readable.from([Buffer.from(text), Buffer.from(text), Buffer.from('end')])
    expect((await passOutput(source, sinks)).fileError?.message).toBe('disk full')
    expect(live.bytes().toString()).toBe(`${text}${text}end`)
  })

  it('goes on without a file that could not even be opened before', async () => {
    const live = sink()
    const file = createWriteStream(join(temporaryFolder(), 'missing', 'runner.log'))
    await new Promise((resolve) => file.on('error', resolve))
    const source = Readable.from([Buffer.from('a'), Buffer.from('b')])
    const report = await passOutput(source, { live: live.stream, file, redactor: NO_SECRETS })
    expect(report.fileError?.message).toContain('ENOENT')
    expect(live.bytes().toString()).toBe('ab')
  })

  it('goes on without a log that is no longer read', async () => {
    const path = join(temporaryFolder(), 'runner.log')
    const file = createWriteStream(path)
    const sinks = { live: broken(new Error('EPIPE')), file, redactor: NO_SECRETS }
    await passOutput(Readable.from([Buffer.from('a'), Buffer.from('b')]), sinks)
    await new Promise((resolve) => file.end(resolve))
    expect(readFileSync(path, 'utf8')).toBe('ab')
  })

  it.each([
    ['annotations', () => new TaskAnnotations('/code')],
    ['paths', () => new PathRewriter('/code', '/there')],
  ])('passes the same on where all chunks come in the same memory: %s', async (_, rewriter) => {
    const words = [
      'hunter2',
      'hunt',
      '::add-mask::x1y',
      '##[add-mask]z2',
      'x1y',
      '::error::',
      '/code/a',
      '\n',
    ]
    const texts = fc.array(fc.constantFrom(...words, '#', '/', 'x'), { maxLength: 40 })
    const cuts = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 40, maxLength: 400 })
    async function shownAndKept(chunks: AsyncIterable<Buffer>): Promise<readonly Buffer[]> {
      const [live, file] = [sink(1), sink()]
      await passOutput(chunks, {
        live: live.stream,
        file: file.stream,
        redactor: inTurn(taskMasks(new Redaction()), new Redaction(['hunter2']).stream()),
        rewriter: rewriter(),
      })
      return [live.bytes(), file.bytes()]
    }
    await fc.assert(
      fc.asyncProperty(texts, cuts, async (parts, lengths) => {
        const chunks = cut(Buffer.from(parts.join('')), lengths)
        expect(await shownAndKept(inOneMemory(chunks))).toEqual(await shownAndKept(Readable.from(chunks)))
      }),
      { numRuns: 30 },
    )
  })
})

/** A text in chunks of these lengths. */
function cut(text: Buffer, lengths: readonly number[]): Buffer[] {
  const chunks: Buffer[] = []
  let rest = text
  for (const length of [...lengths, text.length]) {
    if (rest.length > 0) chunks.push(rest.subarray(0, length))
    rest = rest.subarray(length)
  }
  return chunks
}

/** Each chunk when it is asked for, where the one before was. */
async function* inOneMemory(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  const memory = Buffer.alloc(Math.max(0, ...chunks.map((chunk) => chunk.length)))
  for (const chunk of chunks) {
    chunk.copy(memory.fill('!'))
    yield memory.subarray(0, chunk.length)
  }
}

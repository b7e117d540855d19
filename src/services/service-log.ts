import { createWriteStream, type WriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { formatBytes } from '../formats/units.ts'
import { endWithin, lastLines } from '../record/summary/last-lines.ts'
import { written } from '../streams/output.ts'
import type { Redactor } from '../streams/redact.ts'

/** How much of a log goes into its file; of a longer one also the end does. */
export const MOST_LOGGED = 8 * 1024 * 1024
const TAIL_BYTES = 64 * 1024
/** A service that has printed that much is read at this pace from then on: a flood waits, and not the machine. */
const PIECE_BYTES = 1024 * 1024
const PIECE_MS = 50

/** The log of one service: its beginning and its end in a file, secrets struck out. */
export class ServiceLog {
  readonly #file: WriteStream
  readonly #redactor: Redactor
  #written = 0
  #leftOut = 0
  #tail: Buffer = Buffer.alloc(0)
  #isBroken = false
  /** Resolves once the text that is looked for was printed. */
  readonly printed: Promise<void>
  #hasPrinted = false
  readonly #sought: Buffer
  /** The end of what was looked through: the text may begin in it. */
  #before: Buffer = Buffer.alloc(0)
  #found: () => void = () => undefined

  /** @param sought a text that the service prints when it is ready; empty: none */
  constructor(path: string, redactor: Redactor, sought = '') {
    this.#sought = Buffer.from(sought)
    this.printed = new Promise((found) => {
      this.#found = found
    })
    this.#file = createWriteStream(path, { flags: 'a' })
    // A full disk is the record's to report; the task goes on.
    this.#file.on('error', () => {
      this.#isBroken = true
    })
    this.#redactor = redactor
  }

  /** Whether the text that is looked for was printed. */
  get hasPrinted(): boolean {
    return this.#hasPrinted
  }

  /** Takes all that a service prints, to its end. Memory stays flat however much that is. */
  async write(output: AsyncIterable<Buffer>): Promise<void> {
    let sincePause = 0
    for await (const chunk of output) {
      await this.#take(this.#redactor.push(chunk))
      if (this.#leftOut === 0) continue
      sincePause += chunk.length
      if (sincePause < PIECE_BYTES) continue
      sincePause = 0
      await sleep(PIECE_MS)
    }
    await this.#take(this.#redactor.end())
  }

  /** The last lines so far as plain text. */
  lastLines(count: number): string {
    const text = this.#tail.toString('utf8')
    const isCut = this.#tail.length >= TAIL_BYTES
    return lastLines(isCut ? text.slice(text.indexOf('\n') + 1) : text, count)
  }

  /** Ends the file. */
  async end(): Promise<void> {
    if (this.#leftOut > TAIL_BYTES)
      this.#file.write(`\n… ${formatBytes(this.#leftOut - TAIL_BYTES)} are left out here …\n`)
    if (this.#leftOut > 0) this.#file.write(endWithin(this.#tail.toString('utf8'), this.#leftOut))
    this.#file.end()
    await finished(this.#file).catch(() => undefined)
  }

  async #take(bytes: Buffer): Promise<void> {
    if (bytes.length === 0) return
    this.#seek(bytes)
    const tail = Buffer.concat([this.#tail, bytes.subarray(-TAIL_BYTES)])
    this.#tail = tail.subarray(-TAIL_BYTES)
    const room = bytes.subarray(0, Math.max(0, MOST_LOGGED - this.#written))
    this.#written += room.length
    this.#leftOut += bytes.length - room.length
    if (room.length > 0 && !this.#isBroken) await written(this.#file, room)
  }

  #seek(bytes: Buffer): void {
    if (this.#hasPrinted || this.#sought.length === 0) return
    const text = Buffer.concat([this.#before, bytes])
    this.#hasPrinted = text.includes(this.#sought)
    this.#before = text.subarray(-this.#sought.length)
    if (this.#hasPrinted) this.#found()
  }
}

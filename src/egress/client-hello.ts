/** How a connection begins, by what it has sent so far. */
type Beginning =
  /** Not enough to say. */
  | { readonly kind: 'more' }
  | { readonly kind: 'other' }
  /** A ClientHello of TLS, with the name of the server; null when it has none. */
  | { readonly kind: 'tls'; readonly serverName: string | null }
  /** What begins as TLS and is none, or has a name in a form that could be read in two ways. */
  | { readonly kind: 'broken' }

const HANDSHAKE = 22
const CLIENT_HELLO = 1
const SERVER_NAME = 0
const HOST_NAME = 0
/** A hello with the longest keys of today has 2 KiB. */
const LONGEST_HELLO = 16 * 1024

/** Reads the name of the server from how a connection begins, whatever it is divided into. */
export function readBeginning(bytes: Buffer): Beginning {
  if (bytes.length === 0) return { kind: 'more' }
  if (bytes[0] !== HANDSHAKE || (bytes.length > 1 && bytes[1] !== 3)) return { kind: 'other' }
  const handshake = joinRecords(bytes)
  if (handshake === null) return { kind: 'broken' }
  if (handshake.length < 4) return { kind: 'more' }
  const length = handshake.readUIntBE(1, 3)
  if (handshake[0] !== CLIENT_HELLO || length > LONGEST_HELLO) return { kind: 'broken' }
  if (handshake.length < 4 + length) return { kind: 'more' }
  try {
    return { kind: 'tls', serverName: serverNameOf(new Reader(handshake.subarray(4, 4 + length))) }
  } catch (error) {
    if (error instanceof RangeError) return { kind: 'broken' }
    throw error
  }
}

/** What the records that are there carry of the handshake; null when another kind of record is among them. */
function joinRecords(bytes: Buffer): Buffer | null {
  const parts: Buffer[] = []
  for (let at = 0; at + 5 <= bytes.length; ) {
    const length = bytes.readUInt16BE(at + 3)
    const isHandshake = bytes[at] === HANDSHAKE && bytes[at + 1] === 3 && length > 0
    if (!isHandshake) return hasHello(parts) ? Buffer.concat(parts) : null
    parts.push(bytes.subarray(at + 5, at + 5 + length))
    at += 5 + length
  }
  return Buffer.concat(parts)
}

/** Early data may follow a hello that is whole. */
function hasHello(parts: readonly Buffer[]): boolean {
  const all = Buffer.concat(parts)
  return all.length >= 4 && all.length >= 4 + all.readUIntBE(1, 3)
}

/** @throws RangeError when a length leads past the end, or a name is given twice */
function serverNameOf(hello: Reader): string | null {
  hello.take(2 + 32)
  hello.list(1)
  hello.list(2)
  hello.list(1)
  const extensions = hello.isAtEnd ? new Reader(Buffer.alloc(0)) : hello.list(2)
  const names: string[] = []
  while (!extensions.isAtEnd) {
    const type = extensions.number(2)
    const body = extensions.list(2)
    if (type === SERVER_NAME) names.push(...namesIn(body.list(2)))
  }
  if (names.length > 1) throw new RangeError('several names')
  return names[0] ?? null
}

function namesIn(list: Reader): string[] {
  const names: string[] = []
  while (!list.isAtEnd) {
    if (list.number(1) !== HOST_NAME) throw new RangeError('no name of a host')
    names.push(list.list(2).rest())
  }
  return names
}

/** Reads numbers and lists with their lengths. Every read throws a RangeError past the end. */
class Reader {
  #at = 0
  readonly #bytes: Buffer

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  take(length: number): Buffer {
    const end = this.#at + length
    if (end > this.#bytes.length) throw new RangeError('past the end')
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }

  number(size: number): number {
    return this.take(size).readUIntBE(0, size)
  }

  list(sizeOfLength: number): Reader {
    return new Reader(this.take(this.number(sizeOfLength)))
  }

  rest(): string {
    return this.take(this.#bytes.length - this.#at).toString('latin1')
  }
}

/** Strikes secret values out of a stream of bytes, also where a value is cut by the end of a chunk. */
export interface Redactor {
  /** The bytes that can be shown now; only what may be the beginning of a secret is kept back. */
  push(chunk: Buffer): Buffer
  /** What was kept back. */
  end(): Buffer
}

const STRUCK = Buffer.from('***')
const SHORTEST = 3

/**
 * A redactor for these values and for each of their lines; the identity where there is none. Every byte of
 * every occurrence goes, also where occurrences overlap, however the bytes are cut into chunks.
 */
export function redactor(secrets: readonly string[]): Redactor {
  const values = [...new Set(secrets.flatMap((secret) => [secret, ...secret.split(/\r?\n/)]))]
    .filter((value) => value.trim().length >= SHORTEST)
    .map((value) => Buffer.from(value))
  if (values.length === 0) return { push: (chunk) => chunk, end: () => Buffer.alloc(0) }
  let rest: Buffer = Buffer.alloc(0)
  /** How far into `rest` the run reaches that was struck last; null where none touches it. */
  let struckTo: number | null = null

  const show = (bytes: Buffer, end: number): Buffer => {
    const shown: Buffer[] = []
    let at = struckTo ?? 0
    let inRun = struckTo !== null
    for (const [start, stop] of occurrences(bytes, values)) {
      if (inRun && start <= at) {
        at = Math.max(at, stop)
        continue
      }
      if (start >= end) break
      shown.push(bytes.subarray(at, start), STRUCK)
      at = stop
      inRun = true
    }
    if (at < end) {
      shown.push(bytes.subarray(at, end))
      inRun = false
    }
    struckTo = inRun ? at - end : null
    rest = bytes.subarray(end)
    return Buffer.concat(shown)
  }
  return {
    push(chunk) {
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
      return show(bytes, bytes.length - longestBeginning(bytes, values))
    },
    end: () => show(rest, rest.length),
  }
}

/** A text with the secrets struck out, for records. */
export function redactText(text: string, secrets: readonly string[]): string {
  const { push, end } = redactor(secrets)
  return Buffer.concat([push(Buffer.from(text)), end()]).toString('utf8')
}

/** Where any of the values is, from first to last. */
function occurrences(bytes: Buffer, values: readonly Buffer[]): [start: number, stop: number][] {
  const found: [number, number][] = []
  for (const value of values)
    for (let at = bytes.indexOf(value); at >= 0; at = bytes.indexOf(value, at + 1))
      found.push([at, at + value.length])
  return found.sort(([a], [b]) => a - b)
}

/** How many bytes at the end are the beginning of a secret. */
function longestBeginning(bytes: Buffer, values: readonly Buffer[]): number {
  let longest = 0
  for (const value of values) {
    const [first = 0] = value
    let at = bytes.indexOf(first, Math.max(0, bytes.length - value.length + 1))
    while (at >= 0 && bytes.length - at > longest) {
      if (bytes.compare(value, 0, bytes.length - at, at) === 0) longest = bytes.length - at
      else at = bytes.indexOf(first, at + 1)
    }
  }
  return longest
}

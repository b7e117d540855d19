/** Strikes secret values out of a stream of bytes, also where a value is cut by the end of a chunk. */
export interface Redactor {
  /** The bytes that can be shown now; only what may be the beginning of a secret is kept back. */
  push(chunk: Buffer): Buffer
  /** What was kept back. */
  end(): Buffer
}

const STRUCK = Buffer.from('***')
const SHORTEST = 3

/** A redactor for these values and for each of their lines; the identity where there is none. */
export function redactor(secrets: readonly string[]): Redactor {
  const values = [...new Set(secrets.flatMap((secret) => [secret, ...secret.split(/\r?\n/)]))]
    .filter((value) => value.trim().length >= SHORTEST)
    .sort((a, b) => b.length - a.length)
    .map((value) => Buffer.from(value))
  if (values.length === 0) return { push: (chunk) => chunk, end: () => Buffer.alloc(0) }
  let rest: Buffer = Buffer.alloc(0)
  return {
    push(chunk) {
      const struck = strike(rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk, values)
      const keep = longestBeginning(struck, values)
      rest = struck.subarray(struck.length - keep)
      return struck.subarray(0, struck.length - keep)
    },
    end: () => rest,
  }
}

function strike(bytes: Buffer, values: readonly Buffer[]): Buffer {
  return values.reduce((text, value) => replaceAll(text, value), bytes)
}

function replaceAll(bytes: Buffer, value: Buffer): Buffer {
  const parts: Buffer[] = []
  let from = 0
  for (let at = bytes.indexOf(value); at >= 0; at = bytes.indexOf(value, from)) {
    parts.push(bytes.subarray(from, at), STRUCK)
    from = at + value.length
  }
  return from === 0 ? bytes : Buffer.concat([...parts, bytes.subarray(from)])
}

/** How many bytes at the end are the beginning of a secret. */
function longestBeginning(bytes: Buffer, values: readonly Buffer[]): number {
  let longest = 0
  for (const value of values)
    for (let length = Math.min(value.length - 1, bytes.length); length > longest; length--)
      if (bytes.subarray(bytes.length - length).equals(value.subarray(0, length))) longest = length
  return longest
}

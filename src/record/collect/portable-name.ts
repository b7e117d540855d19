import { createHash } from 'node:crypto'

/** What a file system takes as one name, in bytes. */
const LONGEST_NAME = 255
/** Longer paths are shortened: with the folder above them they have to fit into what the system's calls take. */
const LONGEST_PATH = 1_024
/** Begins what stands for the rest of a name that is too long; no name that is not shortened holds it. */
const SHORTENED = '%~'

/**
 * The path under which a collected file travels: that of the file itself, but for what the artifact client refuses
 * (`" : < > | * ?`, line ends), backslashes, control characters, and bytes that are no UTF-8, which become `%` and
 * two hexadecimal digits. A `%` is escaped where it would read as such. Names and paths that are too long end in
 * `%~` and a digest; run.json has their own. Two paths never
 * become one. Paths are bytes, one a character (latin1); the result is text.
 */
export function portablePath(path: string): string {
  const parts = path.split('/').map((name) => shortened(escaped(name), name))
  const whole = parts.join('/')
  if (Buffer.byteLength(whole) <= LONGEST_PATH) return whole
  return `${SHORTENED}${digest(path)}/${parts.at(-1)}`
}

function escaped(name: string): string {
  const percent = name.replace(/%(?=[0-9A-F]{2}|~)/g, inHex)
  // A name that is text stays text: bytes above ASCII are escaped where they are none.
  const isText = Buffer.from(Buffer.from(name, 'latin1').toString()).toString('latin1') === name
  const safe = percent.replace(/[^ -~]|["*:<>?\\|]/g, (byte) =>
    isText && byte > '\x7f' ? byte : inHex(byte),
  )
  return Buffer.from(safe, 'latin1').toString()
}

const inHex = (byte: string): string => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`

function shortened(portable: string, name: string): string {
  if (Buffer.byteLength(portable) <= LONGEST_NAME) return portable
  const room = LONGEST_NAME - SHORTENED.length - 32
  let kept = ''
  for (const character of portable.match(/%[0-9A-F]{2}|./gsu) ?? []) {
    if (Buffer.byteLength(kept + character) > room) break
    kept += character
  }
  return `${kept}${SHORTENED}${digest(name)}`
}

/** 128 bits: two names of one digest cannot be found. */
const digest = (path: string): string =>
  createHash('sha256').update(path, 'latin1').digest('hex').slice(0, 32)

import { createReadStream } from 'node:fs'
import { shorten } from '../../formats/text.ts'

/** Lines that a patch adds to and takes from a file. */
interface FileDiff {
  readonly name: string
  added: number
  removed: number
  isBinary: boolean
}

/** The files of a patch's beginning. */
interface Diffstat {
  readonly files: readonly FileDiff[]
  /** False when only the beginning of the patch was read. */
  readonly isWhole: boolean
}

/** Reading more than this would cost a task time; a patch of binary files can be very large. */
const MOST_BYTES = 8 * 1024 * 1024

/** Counts the lines of a patch, of its first bytes. Null when it cannot be read. */
export async function diffstatOf(path: string, mostBytes = MOST_BYTES): Promise<Diffstat | null> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of createReadStream(path, { end: mostBytes })) chunks.push(chunk)
  } catch {
    return null // lines are not counted then, and nothing else depends on them
  }
  const bytes = Buffer.concat(chunks)
  const isWhole = bytes.length <= mostBytes
  return { files: countLines(bytes.toString('utf8', 0, mostBytes)), isWhole }
}

/** The lines that a patch adds and removes in all. */
export interface PatchLines {
  readonly addedLines: number
  readonly removedLines: number
}

/** Counts the lines of a patch; null when there is none, or only its beginning was read. */
export async function patchLinesOf(patch: string | null): Promise<PatchLines | null> {
  const diffstat = patch?.endsWith('.patch') ? await diffstatOf(patch) : null
  if (!diffstat?.isWhole) return null
  const sum = (count: (file: FileDiff) => number) =>
    diffstat.files.reduce((all, file) => all + count(file), 0)
  return { addedLines: sum(({ added }) => added), removedLines: sum(({ removed }) => removed) }
}

/** What a patch as git writes it does to each file. Hunks are followed by their length: their lines may look like anything. */
export function countLines(patch: string): FileDiff[] {
  const files: FileDiff[] = []
  let [before, after] = [0, 0]
  for (const line of patch.split('\n')) {
    const file = files.at(-1)
    if (file && (before > 0 || after > 0)) {
      if (line.startsWith('+')) file.added++
      if (line.startsWith('-')) file.removed++
      if (!/^[+\\]/.test(line)) before--
      if (!/^[-\\]/.test(line)) after--
      continue
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line)
    if (hunk) [before, after] = [Number(hunk[1] ?? 1), Number(hunk[2] ?? 1)]
    else if (line.startsWith('diff --git ')) files.push(fileOf(line))
    else if (file && (line.startsWith('GIT binary patch') || line.startsWith('Binary files ')))
      file.isBinary = true
  }
  return files
}

/** `diff --git a/NAME b/NAME`; names are quoted where they are no plain ones. */
function fileOf(header: string): FileDiff {
  const names = header.slice('diff --git '.length)
  const name = names
    .slice((names.length + 1) / 2)
    .replace(/^"b\/(.*)"$/, '$1')
    .replace(/^b\//, '')
  return { name, added: 0, removed: 0, isBinary: false }
}

const MOST_FILES = 20
const LONGEST_NAME = 60
const WIDEST_BAR = 20

/** The lines of a diffstat as `git diff --stat` draws them, the first files of many; empty when there are none. */
export function drawDiffstat({ files, isWhole }: Diffstat): string {
  const shown = files
    .slice(0, MOST_FILES)
    .map((file) => ({ ...file, name: shorten(file.name, LONGEST_NAME) }))
  const width = Math.max(...shown.map(({ name }) => name.length), 0)
  const most = Math.max(...shown.map(({ added, removed }) => added + removed), 1)
  const scale = Math.min(1, WIDEST_BAR / most)
  const bar = (sign: string, count: number) => sign.repeat(Math.ceil(count * scale))
  const lines = shown.map(({ name, added, removed, isBinary }) => {
    const what = isBinary ? 'binary' : `+${added} -${removed} ${bar('+', added)}${bar('-', removed)}`
    return `${name.padEnd(width)} | ${what}`.trimEnd()
  })
  if (files.length > shown.length || !isWhole) lines.push('…')
  return shown.length === 0 ? '' : lines.join('\n')
}

import { type Finding, noVersion, type Requirement, type SourceFile, unreadable } from '../finding.ts'
import { exactly } from '../versions.ts'
import { withoutMark } from './json.ts'

/** A line that says something, with its number. */
interface Line {
  readonly text: string
  /** From 1. */
  readonly line: number
}

/** The lines of a file without comments and blanks. */
export const linesOf = ({ text }: SourceFile, comment: RegExp = /(^|\s)#.*$/): Line[] =>
  withoutMark(text)
    .split(/\r?\n/)
    .map((written, index) => ({ text: written.replace(comment, '').trim(), line: index + 1 }))
    .filter(({ text: rest }) => rest !== '')

/** The first line that says something. */
export function firstLine(source: SourceFile): Line {
  const [first] = linesOf(source)
  if (first === undefined) throw unreadable(source.file, 'it names no version')
  return first
}

/** A reader of files that hold one version and nothing else. */
export const versionFile =
  (toolchain: string, read: (written: string) => Requirement | null = exactly) =>
  (source: SourceFile): Finding[] => {
    const { text, line } = firstLine(source)
    const requirement = read(text)
    if (requirement === null) throw noVersion(toolchain, { file: source.file, line }, text)
    return [{ toolchain, file: source.file, line, written: text, ...requirement }]
  }

import { TaskError } from '../../errors.ts'

/** A file of a repository that says something about toolchains. */
export interface SourceFile {
  /** Path below the workspace. */
  readonly file: string
  readonly text: string
}

/** Which versions of a toolchain a line of a file asks for. */
export interface Requirement {
  /** The versions that fit, as a range of semver; `*` where any does. */
  readonly allows: string
  /** The version that is named, as image tags have it; null when the choice is left. */
  readonly names: string | null
}

/** What one place of a repository says about one toolchain. */
export interface Finding extends Requirement {
  /** A name of the catalog. */
  readonly toolchain: string
  /** Path below the workspace. */
  readonly file: string
  /** From 1; null when the file's presence is all that it says. */
  readonly line: number | null
  /** What is written there, for messages. */
  readonly written: string
}

/** Any version does. */
export const ANY: Requirement = { allows: '*', names: null }

/** The file's presence: its language is used, in any version. */
export const presence = (toolchain: string, { file }: SourceFile): Finding => ({
  toolchain,
  file,
  line: null,
  written: 'is there',
  ...ANY,
})

/** `package.json:12`, where a finding or a fault is. */
export const findingPlace = ({ file, line }: Pick<Finding, 'file' | 'line'>): string =>
  line === null ? file : `${file}:${line}`

/** The line, from 1, on which a text first matches; null when it does nowhere. */
export function lineOfMatch(text: string, pattern: RegExp): number | null {
  const index = text.search(pattern)
  return index < 0 ? null : text.slice(0, index).split('\n').length
}

/** That a file cannot be read as what it is (ACODE-CTN-006). */
export const unreadable = (file: string, why: string): TaskError =>
  new TaskError(
    'ACODE-CTN-006',
    `The toolchain cannot be read from ${file}: ${why.replace(/\.$/, '')}. Correct the file, or name toolchain and version (toolchain: node@22).`,
  )

/** That a line names no version that could be looked for (ACODE-CTN-006). */
export const noVersion = (
  toolchain: string,
  place: Pick<Finding, 'file' | 'line'>,
  written: string,
): TaskError =>
  unreadable(
    findingPlace(place),
    `${JSON.stringify(written)} is no version of ${toolchain} that images are known for`,
  )

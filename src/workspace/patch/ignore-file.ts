import { alternatives } from '../../formats/braces.ts'
import { nameGlob } from '../../formats/name-glob.ts'

/** One line of such a file. */
interface Rule {
  readonly takesBack: boolean
  /** Of each part of a path; null stands for any number of them (`**`). */
  readonly parts: readonly (((name: string) => boolean) | null)[]
}

/**
 * Reads patterns in the syntax of .gitignore, without regard to case: which paths do they match? The last that does
 * decides. The time for a path grows with its length and that of the patterns, and no faster, whatever they are.
 */
export function ignoreFile(text: string): (path: string) => boolean {
  const rules = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap(ruleOf)
  return (path) => {
    const names = path.toLowerCase().split('/')
    return rules.findLast(({ parts }) => matches(parts, names))?.takesBack === false
  }
}

/**
 * Reads globs of files below a folder: which paths do they match? As in a shell a glob begins at the folder, and braces
 * stand for several; a folder that matches stands for all that is in it.
 */
export function globsOfFiles(globs: readonly string[]): (path: string) => boolean {
  const rules = globs.flatMap(alternatives).flatMap((glob) => ruleOf(`/${glob.replace(/^\.?\/+/, '')}`))
  if (rules.length === 0) return () => false
  return (path) => {
    const names = path.toLowerCase().split('/')
    return names.some((_, at) => rules.some(({ parts }) => matches(parts, names.slice(0, at + 1))))
  }
}

function ruleOf(line: string): Rule[] {
  if (line.startsWith('#')) return []
  const takesBack = line.startsWith('!')
  const pattern = withoutBlanks(takesBack ? line.slice(1) : line).replace(/\/$/, '')
  if (pattern === '' || pattern === '/') return []
  const names = pattern.toLowerCase().replace(/^\//, '').split('/')
  const isAnywhere = !pattern.includes('/')
  const parts = names.map((name, at) => {
    const isAny = name === '**' && !(at === names.length - 1 && names.length === 1)
    return isAny ? null : nameGlob(name, { groups: false, hidesDots: false })
  })
  // At the end, `**` is what is in a folder, and not the folder.
  const inside = parts.at(-1) === null ? [() => true] : []
  return [{ takesBack, parts: [...(isAnywhere ? [null] : []), ...parts, ...inside] }]
}

/** Blanks at the end count only behind a backslash. */
function withoutBlanks(line: string): string {
  let end = line.length
  while (line[end - 1] === ' ' && line[end - 2] !== '\\') end--
  return line.slice(0, end)
}

/** Where it fits no further, the last `**` takes one name more: those before it need not be tried again. */
function matches(parts: Rule['parts'], names: readonly string[]): boolean {
  let [part, name, afterAny, resumed] = [0, 0, -1, 0]
  while (name < names.length) {
    const takes = parts[part]
    if (takes === null) {
      afterAny = ++part
      resumed = name
    } else if (takes?.(names[name] ?? '')) {
      part++
      name++
    } else if (afterAny >= 0) {
      part = afterAny
      name = ++resumed
    } else return false
  }
  return parts.slice(part).every((rest) => rest === null)
}

import { type Finding, presence, type SourceFile } from '../finding.ts'
import { atLeast } from '../versions.ts'
import { linesOf } from './plain.ts'
import { ranged } from './range.ts'

/** `go.mod`, `go.work`: the toolchain line, else the version that the module asks for at least. */
export function readGo(source: SourceFile): Finding[] {
  const found = linesOf(source, /\/\/.*$/).flatMap(({ text, line }) => {
    const [, word, written] = /^(go|toolchain)\s+(\S+)$/.exec(text) ?? []
    if (word === undefined || written === undefined || written === 'default' || written === 'local') return []
    return [ranged('go', source, line, text, atLeast(goVersion(written)))]
  })
  return found.length > 0 ? found : [presence('go', source)]
}

/** `go1.23.4`, `1.23rc1`, `go1.23.4+auto`. */
const goVersion = (written: string): string =>
  written
    .replace(/^go/, '')
    .replace(/\+.*$/, '')
    .replace(/(?:rc|beta)\d+$/, '')

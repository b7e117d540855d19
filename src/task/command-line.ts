/** What only a shell gives a meaning: operators, and what it would put in the place of a variable or command. */
const SHELLS_OWN = /^([|&;<>()`]|\$[\w{(@*#?!$-])/

/**
 * Splits a text into arguments as a shell does: at blanks and line ends, by quotes and backslashes. Nothing is run or
 * filled in.
 * @throws Error where a quote has no end, and where the text needs a shell
 */
export function splitCommandLine(text: string): string[] {
  const words: string[] = []
  let word: string | null = null
  let rest = text
  const take = (length: number): string => {
    const taken = rest.slice(0, length)
    rest = rest.slice(length)
    return taken
  }
  while (rest !== '') {
    const quoted = /^'([^']*)'|^"((?:[^"\\]|\\.)*)"/s.exec(rest)
    if (/^\s/.test(rest)) {
      if (word !== null) words.push(word)
      word = null
      take(1)
    } else if (rest.startsWith('\\\n')) take(2)
    else if (/^\\./s.test(rest)) word = (word ?? '') + take(2).slice(1)
    else if (quoted) word = (word ?? '') + unquoted(quoted)
    else if (/^['"\\]/.test(rest)) throw new Error(`has ${rest[0]} without an end`)
    else {
      refuseShell(rest)
      word = (word ?? '') + take(1)
    }
    if (quoted) take(quoted[0].length)
  }
  return word === null ? words : [...words, word]
}

function unquoted([, single, double = '']: RegExpExecArray): string {
  if (single !== undefined) return single
  for (let at = 0; at < double.length; at += double[at] === '\\' ? 2 : 1)
    if (/[$`]/.test(double[at] ?? '')) refuseShell(double.slice(at))
  return double.replace(/\\([$`"\\\n])/g, (_, character: string) => (character === '\n' ? '' : character))
}

function refuseShell(text: string): void {
  const found = SHELLS_OWN.exec(text)?.[0]
  if (found !== undefined)
    throw new Error(
      `has ${found}, which means something only to a shell: use run, or write it in single quotes`,
    )
}

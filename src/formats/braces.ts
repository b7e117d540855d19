/** What braces may stand for together. */
const MOST_ALTERNATIVES = 1000

/** The globs that one with braces stands for: `{a/b,c}/*` is two of different depth. What are too many stay as written. */
export function alternatives(glob: string): string[] {
  let globs = [glob]
  for (;;) {
    const next = globs.flatMap(firstBraces)
    if (next.length > MOST_ALTERNATIVES || next.length === globs.length) return globs
    globs = next
  }
}

/** A glob with the first of its innermost braces written out. */
function firstBraces(glob: string): string[] {
  const braces = /\{([^{}]*,[^{}]*)\}|\{(-?\d{1,4})\.\.(-?\d{1,4})\}/.exec(glob)
  if (!braces) return [glob]
  const [before, after] = [glob.slice(0, braces.index), glob.slice(braces.index + braces[0].length)]
  const inner = braces[1]?.split(',') ?? numbers(Number(braces[2]), Number(braces[3]))
  return inner.map((one) => before + one + after)
}

function numbers(from: number, to: number): string[] {
  const direction = from <= to ? 1 : -1
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, at) => String(from + at * direction))
}

import { lineNumber, type TestPlace } from './test-case.ts'

/** How stack traces and assertions name a place: JavaScript, PHP, Ruby, pytest; Python; .NET. */
const PLACES = [
  /(?:^|[\s("'❯])(?:file:\/\/)?((?:[A-Za-z]:)?[\w@./\\+-]*[\w@+-]\.[A-Za-z]\w{0,5}):(\d{1,7})(?::\d+)?/gm,
  /File "([^"\n]{1,500})", line (\d{1,7})/g,
  /\bin (\/[^\n]{1,500}?):line (\d{1,7})/g,
]
/** Where a failure passes through, and no reader looks for its cause. */
const FOREIGN = /(^|[\\/])(node_modules|site-packages|dist-packages|vendor|internal)[\\/]|^node:|^https?:/
/** The start of a trace says where a test failed; the rest is of its runner. */
const SEARCHED = 8 * 1024

/**
 * The place that a failure's own words name: in the file of the test where they do, else the first that is no
 * library's.
 * @param file the file of the test, where the report has it
 */
export function testPlaceIn(words: string, file: string | null): TestPlace | null {
  const text = words.slice(0, SEARCHED)
  const all = PLACES.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([, name = '', line]) => ({ file: name, line: lineNumber(line) })),
  ).filter((place) => !FOREIGN.test(place.file))
  const own = file === null ? undefined : all.find((place) => isSame(place.file, file))
  if (own !== undefined) return own
  return file === null ? (all[0] ?? null) : { file, line: null }
}

/** One may be relative to a folder that the other has in it. */
const isSame = (one: string, other: string): boolean =>
  one === other ||
  one.endsWith(`/${other.replace(/^\.\//, '')}`) ||
  other.endsWith(`/${one.replace(/^\.\//, '')}`)

/** What the values of GitHub's expressions are to each other (`EvaluationResult` of the runner). */

/** False, 0, NaN, the empty text and null are not; maps and lists are, empty ones too. */
export const isTruthy = (value: unknown): boolean => Boolean(value)

/** As `==` has it: texts without case, maps and lists only with themselves, all else as numbers where types differ. */
export function sameValue(left: unknown, right: unknown): boolean {
  if (isCollection(left) && isCollection(right)) return left === right
  return order(left, right) === 0
}

/** Below 0 where the left one is the lesser, NaN where neither is. */
export function order(left: unknown, right: unknown): number {
  if (typeof left === 'string' && typeof right === 'string') {
    const [one, other] = [left.toUpperCase(), right.toUpperCase()]
    return one === other ? 0 : one < other ? -1 : 1
  }
  if (left === null && right === null) return 0
  const [one, other] = [toNumber(left), toNumber(right)]
  if (Number.isNaN(one) || Number.isNaN(other)) return Number.NaN
  return one === other ? 0 : one < other ? -1 : 1
}

/** Null and the empty text are 0, true is 1; maps, lists and texts that are no number are none. */
function toNumber(value: unknown): number {
  if (value === null || value === undefined) return 0
  if (isCollection(value)) return Number.NaN
  return typeof value === 'string' && value.trim() === '' ? 0 : Number(value)
}

/** As a text that an expression stands in gets it. */
export function toText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return 'Array'
  return isCollection(value) ? 'Object' : String(value)
}

/** A property of a map, without case, or an item of a list; null when there is none. */
export function lookUp(value: unknown, key: unknown): unknown {
  if (!isCollection(value)) return null
  if (Array.isArray(value)) return value[Number(key)] ?? null
  const wanted = toText(key).toLowerCase()
  return Object.entries(value).find(([name]) => name.toLowerCase() === wanted)?.[1] ?? null
}

/** Of two keys that differ in case alone, the first spelling and the last value are kept. Throws on no JSON. */
export function fromJson(text: string): unknown {
  const parsed: unknown = JSON.parse(text, (_, value: unknown) => {
    if (!isCollection(value) || Array.isArray(value)) return value
    const kept = new Map<string, [name: string, value: unknown]>()
    for (const [name, one] of Object.entries(value)) {
      const [first] = kept.get(name.toLowerCase()) ?? [name]
      kept.set(name.toLowerCase(), [first, one])
    }
    return Object.fromEntries(kept.values())
  })
  return parsed
}

const isCollection = (value: unknown): value is object => typeof value === 'object' && value !== null

import { type ContainerInput, DURATION_NAMES } from './contract.ts'
import { type Fields, isFields } from './fields.ts'

/** Maps are merged key by key; any other field is replaced. */
const MERGED: ReadonlySet<string> = new Set<keyof ContainerInput>([
  'env',
  'labels',
  'resources',
  'buildArgs',
  'services',
])
/** Fields that say the same thing: one of them puts the other one of what lies below out of force. */
const EXCLUSIVE: readonly (readonly (keyof ContainerInput)[])[] = [
  ['run', 'command'],
  ['image', 'toolchain', 'build'],
  ...DURATION_NAMES,
]

/** A container object with the fields of another one laid over it: inputs over a payload, a task over its defaults. */
export function layOver(below: Fields, above: Fields): Fields {
  const overruled = new Set<string>(
    EXCLUSIVE.filter((group) => group.some((key) => Object.hasOwn(above, key))).flat(),
  )
  const kept = Object.entries(below).filter(([key]) => !overruled.has(key))
  const laid = Object.entries(above).map(([key, value]) => {
    const old = Object.hasOwn(below, key) ? below[key] : undefined
    return [key, MERGED.has(key) && isFields(old) && isFields(value) ? { ...old, ...value } : value] as const
  })
  return Object.fromEntries([...kept, ...laid])
}

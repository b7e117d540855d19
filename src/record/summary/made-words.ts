import { formatBytes, formatSeconds } from '../../formats/units.ts'
import type { Made } from '../record-parts.ts'

const WHAT: Readonly<Record<Made['kind'], string>> = {
  composed: 'composed',
  built: 'built',
  features: 'features installed',
  setup: 'set up',
}

/** `composed in 35 s: 1.2 GiB, 14 layers`, `set up before: 1.3 GiB, 15 layers`. */
export function madeLine({ kind, isBuilt, bytes, layers, seconds }: Made): string {
  const when = isBuilt ? (seconds === undefined ? '' : ` in ${formatSeconds(seconds)}`) : ' before'
  return `${WHAT[kind]}${when}: ${formatBytes(bytes)}, ${layers} ${layers === 1 ? 'layer' : 'layers'}`
}

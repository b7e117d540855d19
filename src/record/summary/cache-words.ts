import { formatBytes, formatSeconds } from '../../formats/units.ts'
import type { RunRecord } from '../run-record.ts'

/** The caches of a task in words: `npm hit (machine, 34 MiB, 0.4 s), pip miss`; empty when it has none. */
export const cacheWords = ({ cache }: Pick<RunRecord, 'cache'>): string =>
  (cache?.entries ?? [])
    .map(({ name, result, source, bytes, seconds }) => {
      const size = bytes === null ? null : formatBytes(bytes)
      const about = [source, size, formatSeconds(seconds)].filter((one) => one !== null).join(', ')
      return source === null ? `${name} ${result}` : `${name} ${result} (${about})`
    })
    .join(', ')

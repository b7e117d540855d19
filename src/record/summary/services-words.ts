import { formatBytes, formatSeconds } from '../../formats/units.ts'
import type { ServiceRecord } from '../run-record.ts'

/** `db (postgres:17): ready in 2.10 s by port 5432, 64 MiB, healthy`. */
export function serviceLine(service: ServiceRecord): string {
  const { name, image, exitCode, oomKilled, peakMemoryBytes, health } = service
  const facts = [
    readyOf(service),
    oomKilled ? 'killed for memory' : exitCode === null ? '' : `ended with exit code ${exitCode}`,
    peakMemoryBytes === null ? '' : `peak memory ${formatBytes(peakMemoryBytes)}`,
    health === null || health === 'healthy' ? '' : `health ${health}`,
  ]
  return `${name} (${image ?? 'no image'}): ${facts.filter((fact) => fact !== '').join(', ')}`
}

function readyOf({ startedAt, readyAt, readyBy }: ServiceRecord): string {
  if (startedAt === null) return 'not started'
  if (readyAt === null) return 'never ready'
  const seconds = (Date.parse(readyAt) - Date.parse(startedAt)) / 1000
  return `ready in ${formatSeconds(seconds)} by ${readyBy ?? 'its start'}`
}

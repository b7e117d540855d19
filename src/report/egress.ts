import type { Leg } from './leg.ts'

/** Hosts that tasks were kept from, one line for each task. */
export const egressOf = (legs: readonly Leg[]): string[] =>
  legs.flatMap(({ id, record }) => {
    const denied = record?.egress?.denied ?? []
    if (denied.length === 0) return []
    const lines = [...new Set(denied.flatMap(({ line }) => (line === null ? [] : [line])))]
    const hosts = [...new Set(denied.map(({ host, port }) => `${host}:${port}`))]
    const how = lines.length === 0 ? '' : `; lines that allow them: ${lines.join(', ')}`
    return [`${id}: ${hosts.join(', ')}${how}`]
  })

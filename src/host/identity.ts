import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** What identifies one process on one machine for as long as the machine runs. Null: not known here. */
export interface ProcessIdentity {
  /** Host name and machine id: clones of one machine image share the first, seldom both. */
  readonly host: string
  readonly boot: string | null
  readonly pidNamespace: string | null
  readonly pid: number
  /** Start time in clock ticks since boot: distinguishes a process from a later one with the same id. */
  readonly start: string | null
  /**
   * Distinguishes machines of one name and machine id: clones have other network cards. Null or absent: not known,
   * as in a container.
   */
  readonly machine?: string | null | undefined
  /** The full id of the container in which the process runs, where it is one of the engine's. */
  readonly container?: string | null | undefined
}

/** The identity of a process of this machine, by default our own. Only Linux has more than host and id. */
export function processIdentity(pid: number = process.pid): ProcessIdentity {
  const machine = read('/etc/machine-id')?.slice(0, 8)
  return {
    host: machine ? `${hostname()}/${machine}` : hostname(),
    boot: read('/proc/sys/kernel/random/boot_id'),
    pidNamespace: pidNamespace(),
    pid,
    start: startTime(pid),
    machine: networkCards(),
    container: null,
  }
}

/** True when both are the same process, whatever else is known of it. */
export function isSameProcess(one: ProcessIdentity, other: ProcessIdentity): boolean {
  const keys = ['host', 'boot', 'pidNamespace', 'pid', 'start'] as const
  return keys.every((key) => one[key] === other[key])
}

/** When this machine was started, in epoch seconds of its clock as it is now; null when that is not known. */
export function bootSeconds(): number | null {
  const [, seconds] = /^btime (\d+)$/m.exec(read('/proc/stat') ?? '') ?? []
  return seconds === undefined ? null : Number(seconds)
}

/** The start time of a process as /proc has it, or null when there is no such process (or no /proc). */
export function startTime(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`)
  // The command name (field 2) may hold blanks and parentheses; field 22 counts from after its last ")".
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
}

/** True when there is such a process, also one that /proc hides from us (mount option hidepid). */
export function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** A hash of the addresses of the machine's network cards; null when it has none, as a container. */
function networkCards(): string | null {
  const cards = '/sys/class/net'
  const addresses = list(cards)
    .filter((card) => list(`${cards}/${card}/device`).length > 0) // bridges and the like come and go
    .flatMap((card) => read(`${cards}/${card}/address`) ?? [])
    .sort()
  if (addresses.length === 0) return null
  return createHash('sha256').update(addresses.join()).digest('hex').slice(0, 12)
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return [] // not Linux, or no such folder
  }
}

function pidNamespace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return null // no /proc: the owner is then judged by its deadline only
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return null // not Linux, or no such process: null is the answer
  }
}

import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** What identifies one process on one machine for as long as the machine runs. Null: not known here. */
export interface ProcessIdentity {
  /** Host name and machine id: clones of one machine image share the first, seldom both. */
  readonly host: string
  readonly boot: string | null
  readonly pidNamespace: string | null
  readonly pid: number
  /** Start time in clock ticks since boot: tells a process from a later one with the same id. */
  readonly start: string | null
}

/** The identity of a process of this machine, by default our own. Only Linux tells more than host and id. */
export function processIdentity(pid: number = process.pid): ProcessIdentity {
  const machine = read('/etc/machine-id')?.slice(0, 8)
  return {
    host: machine ? `${hostname()}/${machine}` : hostname(),
    boot: read('/proc/sys/kernel/random/boot_id'),
    pidNamespace: pidNamespace(),
    pid,
    start: startTime(pid),
  }
}

/** The start time of a process as /proc tells it, or null where there is no such process (or no /proc). */
export function startTime(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`)
  // The command name (field 2) may hold blanks and parentheses; field 22 counts from after its last ")".
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
}

/** True where there is such a process, also one that /proc hides from us (mount option hidepid). */
export function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
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

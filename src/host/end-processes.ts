import { readdir, readFile } from 'node:fs/promises'
import { KILL_AFTER_MS, signal } from './process.ts'

/**
 * Ends the processes of this user whose initial environment holds `entry` (`NAME=value`): how a later process
 * ends what a killed one left running. They have a while to end by themselves; then SIGTERM, and SIGKILL two
 * seconds later.
 * @returns how many there were; 0 when there is no /proc
 */
export async function endProcesses(entry: string, patienceMs = 0): Promise<number> {
  const found = await processesWith(entry)
  const stubborn = await survivorsOf(entry, found, patienceMs)
  for (const pid of stubborn) signal(pid, 'SIGTERM')
  for (const pid of await survivorsOf(entry, stubborn, KILL_AFTER_MS)) signal(pid, 'SIGKILL')
  return found.length
}

/** Those of the processes that do not end within a while. */
async function survivorsOf(entry: string, pids: number[], patienceMs: number): Promise<number[]> {
  const giveUp = performance.now() + patienceMs
  let left = pids
  while (left.length > 0 && performance.now() < giveUp) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    left = await having(entry, left)
  }
  return left
}

async function processesWith(entry: string): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number)
  return (await having(entry, pids)).filter((pid) => pid !== process.pid)
}

/** Those of the processes that have the entry. One that has ended has no environment, reaped or not. */
async function having(entry: string, pids: readonly number[]): Promise<number[]> {
  const found = await Promise.all(
    pids.map(async (pid) => {
      // Other users' processes cannot be read, and any may end while we look: neither is one of ours.
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
      return environment.split('\0').includes(entry) ? [pid] : []
    }),
  )
  return found.flat()
}

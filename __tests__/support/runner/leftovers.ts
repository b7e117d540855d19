import { readdirSync, readFileSync } from 'node:fs'

/**
 * Processes that a job left running: those with its `RUNNER_TRACKING_ID`, by which the runner finds and ends them
 * when the job is over (JobExtension.cs, "Terminate orphan process"). Linux only, elsewhere none.
 */
export function leftoverProcesses(trackingId: string): number[] {
  const wanted = `RUNNER_TRACKING_ID=${trackingId}`
  return processes().filter((pid) => environmentOf(pid).split('\0').includes(wanted))
}

function processes(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}

/** Empty for a process that has gone, or that is not ours to look at. */
function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8')
  } catch {
    return ''
  }
}

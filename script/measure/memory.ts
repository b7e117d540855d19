import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Reads the peak of a process's memory, in bytes, until it is asked for: it only grows. 0 where there is no /proc. */
export function watchMemory({ pid }: ChildProcess): () => number {
  let peak = 0
  const timer = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8')
      peak = Math.max(peak, Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024)
    } catch {
      clearInterval(timer) // the process has ended
    }
  }, 50)
  return () => {
    clearInterval(timer)
    return peak
  }
}

import { chmodSync } from 'node:fs'

/** Any user but root, whom no mode keeps out. */
const OTHER = 65534

/** Does work while the folder may not be entered. */
export async function whileLocked<T>(folder: string, work: () => T | Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0
  chmodSync(folder, 0)
  if (isRoot) process.seteuid?.(OTHER)
  try {
    return await work()
  } finally {
    if (isRoot) process.seteuid?.(0)
    chmodSync(folder, 0o700)
  }
}

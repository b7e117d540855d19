import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** What main packed and post uploads. */
const pendingSchema = z.array(
  z.object({
    name: z.string(),
    key: z.string().min(1),
    version: z.string().min(1),
    /** In the same folder. */
    file: z.string().regex(/^\d+\.tar\.zst$/),
  }),
)

/** Caches that wait for their upload. */
export type Pending = z.output<typeof pendingSchema>

const FOLDER = 'caches'
const LIST = 'pending.json'

/** Where a run keeps packed caches until post uploads them: in its own folder, which no record has. */
export const pendingFolder = (runFolder: string): string => join(runFolder, FOLDER)

/** Whether main left any, without loading what uploads them. */
export const hasPending = (runFolder: string): boolean => existsSync(join(pendingFolder(runFolder), LIST))

/** Written when all of them are whole. */
export async function writePending(folder: string, pending: Pending): Promise<void> {
  await writeFile(join(folder, LIST), JSON.stringify(pending), { mode: 0o600 })
}

/** @throws Error when the list is none of ours */
export async function readPending(folder: string): Promise<Pending> {
  return pendingSchema.parse(JSON.parse(await readFile(join(folder, LIST), 'utf8')))
}

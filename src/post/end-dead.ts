import { Docker } from '../engine/docker.ts'
import { isOf } from '../ownership/managed.ts'
import { parseOwner } from '../ownership/orphans.ts'
import { survey } from '../ownership/survey.ts'
import { removeOrphans } from '../ownership/sweep.ts'

const ENGINE_SECONDS = 60
const SILENT = { call: () => undefined, slow: () => undefined }

/**
 * Ends the task of a main that died, and removes what that main made: by the same proofs as every start, so that a main
 * which is alive after all keeps it.
 * @param label the owner label of the main
 */
export async function endDead(label: string): Promise<void> {
  const owner = parseOwner(label)
  if (owner === null) return
  const docker = new Docker(SILENT, ENGINE_SECONDS)
  try {
    const { all, witness } = await survey(docker)
    await removeOrphans(docker, { all: all.filter(({ one }) => isOf(owner)(one)), witness })
  } finally {
    await docker.close()
  }
}

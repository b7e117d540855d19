import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isErrno } from '../../host/open-folder.ts'
import { type Identity, type IdentitySource, identify } from '../../task/identity.ts'

/**
 * Names a run. One without an id takes the first name that no other step of the job took before it: all
 * steps inside a composite action are one step to the runner, and steps may run side by side.
 * @param temp the runner's temporary folder, which is this job's alone
 */
export async function nameRun(source: IdentitySource, temp: string): Promise<Identity> {
  if (source.taskId !== undefined) return identify(source)
  for (let turn = 0; ; turn++) {
    const identity = identify({ ...source, turn })
    if (await take(join(temp, `${identity.container}.name`))) return identity
  }
}

/** True when the name was free. Only one of several who try at once makes the file. */
async function take(path: string): Promise<boolean> {
  try {
    await writeFile(path, '', { flag: 'wx' })
    return true
  } catch (error) {
    // Where nothing can be written, the run's own folder is what fails, and says why.
    return !isErrno(error, 'EEXIST')
  }
}

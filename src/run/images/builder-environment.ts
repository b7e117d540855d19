import { join } from 'node:path'
import { runConfigFolder } from '../../engine/registry/config-folder.ts'
import { isErrno } from '../../host/open-folder.ts'
import type { Run } from '../context/open-run.ts'

/**
 * The builder knows logins by its configuration only: with logins of this run it has one of this run.
 * @param folder that is private to the build
 */
export async function builderEnvironment(
  { inputs, env }: Pick<Run, 'inputs' | 'env'>,
  folder: string,
): Promise<NodeJS.ProcessEnv> {
  if (inputs.registries === undefined) return env
  const place = join(folder, 'docker-config')
  try {
    await runConfigFolder(place, inputs.registries, env)
  } catch (error) {
    // An earlier step of the same build has made it.
    if (!isErrno(error, 'EEXIST')) throw error
  }
  return { ...env, DOCKER_CONFIG: place }
}

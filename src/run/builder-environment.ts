import { join } from 'node:path'
import { runConfigFolder } from '../engine/config-folder.ts'
import { isErrno } from '../host/open-folder.ts'
import type { Run } from './open-run.ts'

/** The builder knows logins by its configuration only: with logins of this run it has one of this run. */
export async function builderEnvironment({
  inputs,
  env,
  folder,
}: Pick<Run, 'inputs' | 'env' | 'folder'>): Promise<NodeJS.ProcessEnv> {
  if (inputs.registries === undefined) return env
  const place = join(folder.private, 'docker-config')
  try {
    await runConfigFolder(place, inputs.registries, env)
  } catch (error) {
    // An earlier build of this run has made it.
    if (!isErrno(error, 'EEXIST')) throw error
  }
  return { ...env, DOCKER_CONFIG: place }
}

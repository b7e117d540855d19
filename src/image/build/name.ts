import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { ContainerSpec } from '../../task/contract.ts'

/** How the names of images begin that are built from Dockerfiles of a workspace. */
export const BUILT = 'acode-build:'

/** What the name of a built image stands for. */
export type BuildRecipe = Pick<ContainerSpec, 'dockerfile' | 'buildTarget' | 'platform'> & {
  readonly build: string
}

/**
 * The name under which the engine keeps the image of a recipe: one for each repository, context, Dockerfile, target
 * and platform. The image that a build replaces loses the name, and goes with `docker image prune`.
 */
export function buildName(
  repository: string,
  { build, dockerfile, buildTarget, platform }: BuildRecipe,
): string {
  const recipe = JSON.stringify([repository, join(build), dockerfile, buildTarget, platform])
  return `${BUILT}${createHash('sha256').update(recipe).digest('hex').slice(0, 16)}`
}

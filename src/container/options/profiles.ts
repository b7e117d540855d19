import { TaskError } from '../../errors.ts'
import { nameGlob } from '../../formats/name-glob.ts'
import { runnerEnvironment } from '../../github/environment.ts'
import { machineVariable, type Parent, parentProcess } from '../../host/parent.ts'
import type { ContainerSpec } from '../../task/contract.ts'

/** The profiles, from the one that gives a task least. */
export type Profile = ContainerSpec['profile']

const ORDER: readonly Profile[] = ['strict', 'standard', 'privileged']

/** True when a profile gives at least what another one does. */
export const isAtLeast = (profile: Profile, least: Profile): boolean =>
  ORDER.indexOf(profile) >= ORDER.indexOf(least)

/** How to come by what a profile gives, as the end of a refusal. */
export const wayOut = (least: Profile): string =>
  least === 'privileged'
    ? 'profile: privileged takes it, on self-hosted runners whose ACODE_ALLOW names it'
    : `profile: ${least} takes it`

/**
 * Profile privileged takes the walls down between task and machine. GitHub's machines are thrown away after the job;
 * every other one has an owner, who has to have said so (`ACODE_ALLOW`).
 * @param env the runner's environment
 * @throws TaskError ACODE-CTN-011
 */
export function refusePrivileged(
  { profile }: Pick<ContainerSpec, 'profile'>,
  env: NodeJS.ProcessEnv,
  parent: Parent | null = parentProcess(),
): void {
  if (profile !== 'privileged' || runnerEnvironment(env) === 'github-hosted') return
  const repository = env.GITHUB_REPOSITORY ?? ''
  if (allowsPrivileged(machineVariable('ACODE_ALLOW', env, parent), repository)) return
  throw new TaskError(
    'ACODE-CTN-011',
    `Profile privileged is refused on this runner: it is not one of GitHub’s, and its owner did not allow it. Let ACODE_ALLOW=privileged, or privileged:${repository || 'OWNER/REPOSITORY'}, be in the environment that the runner is started with (its file .env), or use profile: standard.`,
  )
}

/** Whether `ACODE_ALLOW` lets a repository have profile privileged: words, `privileged` or `privileged:PATTERN`. */
export function allowsPrivileged(allow: string, repository: string): boolean {
  return allow.split(/[\s,]+/).some((word) => {
    if (word === 'privileged') return true
    const [, pattern] = /^privileged:(.+)$/s.exec(word) ?? []
    return pattern !== undefined && isLike(pattern.toLowerCase(), repository.toLowerCase())
  })
}

const isLike = (pattern: string, name: string): boolean =>
  nameGlob(pattern, { groups: false, hidesDots: false })(name)

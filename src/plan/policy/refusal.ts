import { PROFILES, type Profile } from '../inputs.ts'
import type { CheckFinding } from './check.ts'
import type { Policy } from './policy.ts'

/** Refuses a field that takes a higher profile than the workflow allows. */
export function checkProfile(
  field: string,
  asked: string | undefined,
  least: Profile,
  policy: Policy,
): CheckFinding[] {
  if (asked === undefined || rank(least) <= rank(policy.highestProfile)) return []
  return [inContainer([field], policyRefusal(`${field} ${asked}`, 'highest-profile', least, policy))]
}

const rank = (profile: Profile): number => PROFILES.indexOf(profile)

/** No name lets an option pass: what it does is the matter of a field. */
export const NO_NAME = ''

/** An input that bounds what tasks may ask for. */
export type BoundingInput =
  | 'allowed-runners'
  | 'allowed-networks'
  | 'allowed-mounts'
  | 'allowed-egress'
  | 'highest-profile'

/** Says what was asked for, which input refuses it, and what would have to stand there. */
export const policyRefusal = (
  what: string,
  input: BoundingInput,
  name: string,
  policy: Pick<Policy, 'isFork'>,
) => beyondBounds(what, input, policy, 'leave it out', name === NO_NAME ? null : [name])

/** The same, with what is to be done, and the names that would let it pass; null: none would. */
export function beyondBounds(
  what: string,
  input: BoundingInput,
  { isFork }: Pick<Policy, 'isFork'>,
  way: string,
  names: readonly string[] | null,
): Pick<CheckFinding, 'message' | 'code'> {
  const who = isFork ? ', and this run is of a fork’s pull request' : ''
  const instead = names === null ? way : `${way}, or let the workflow name ${names.join(', ')} there`
  return {
    message: `is refused: ${what} is beyond the input ${input} of the workflow${who}; ${instead}`,
    code: 'ACODE-CTN-011',
  }
}

/** A finding at a path of the container object. */
export const inContainer = (
  path: CheckFinding['path'],
  found: Pick<CheckFinding, 'message' | 'code'>,
): CheckFinding => ({
  path: ['container', ...path],
  ...found,
})

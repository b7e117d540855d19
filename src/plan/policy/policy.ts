import { type ImagePolicy, inputPolicy } from '../../task/image-policy.ts'
import type { PlanInputs, Profile } from '../inputs.ts'
import { DEFAULT_RUNNER, type RunsOn } from '../runs-on.ts'

/** What a task file may ask for, as the workflow says. Patterns: `*` stands for any characters; null: anything. */
export interface Policy {
  /** Patterns of labels, and of groups as `group:NAME`. */
  readonly runners: readonly string[] | null
  /** Where the workflow itself sends tasks: always allowed. */
  readonly ownRunners: readonly RunsOn[]
  /** Each of them holds. */
  readonly images: readonly ImagePolicy[]
  readonly networks: readonly string[] | null
  readonly mounts: readonly string[] | null
  /** Lines of hosts and presets: what a task may reach at most. */
  readonly egress: readonly string[] | null
  readonly highestProfile: Profile
  readonly isFork: boolean
}

/** The policy for tasks whose images are judged later, by the digests that they will have. */
export const withoutImages = (policy: Policy): Policy => ({ ...policy, images: [] })

/**
 * The policy that the inputs set. Where they are silent, what a fork proposes gets the workflow's own runners, the
 * profile strict, and nothing of the runner's; what is the repository's own gets what it asks for.
 * @param imagePolicies what else is asked of images
 */
export function policyOf(
  inputs: PlanInputs,
  isFork: boolean,
  imagePolicies: readonly ImagePolicy[] = [],
): Policy {
  const otherwise = isFork ? [] : null
  return {
    runners: inputs['allowed-runners'] ?? otherwise,
    ownRunners: [inputs['runs-on'] ?? DEFAULT_RUNNER, ...Object.values(inputs['capability-labels'])],
    images: [inputPolicy(inputs['allowed-images'], inputs['require-digest']), ...imagePolicies],
    networks: inputs['allowed-networks'] ?? otherwise,
    mounts: inputs['allowed-mounts'] ?? otherwise,
    // What reaches everything is every task's default, and nothing that a fork would have to ask for.
    egress: inputs['allowed-egress'] ?? null,
    highestProfile: inputs['highest-profile'] ?? (isFork ? 'strict' : 'privileged'),
    isFork,
  }
}

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { specProblems } from '../container/check-spec.ts'
import { optionNames } from '../container/options/options.ts'
import { imagesOf } from '../container/task-images.ts'
import { maskLogins } from '../github/mask-logins.ts'
import { type RunnerPaths, runnerPaths } from '../github/paths.ts'
import { input, warning } from '../github/runner.ts'
import type { DigestSource } from '../image/remote-digests.ts'
import { toolchainCheck, toolchainImages } from '../image/toolchain-check.ts'
import { findToolchainsFile } from '../image/toolchains-file.ts'
import { serviceProblems } from '../services/check-services.ts'
import { type ImagePolicy, readPolicyFile } from '../task/image-policy.ts'
import { machinePolicy } from '../task/machine-policy.ts'
import { checkIncluded, selectById } from './choice/by-id.ts'
import { selectByPaths } from './choice/by-paths.ts'
import { everything } from './choice/selection.ts'
import { checkLengths, checkLimits, deal } from './choice/shards.ts'
import { groupCheck } from './choose-runner.ts'
import { isFromFork, readEvent } from './event.ts'
import { defaultBranchFile } from './file/default-branch-file.ts'
import { TaskFileError } from './file/faults.ts'
import { readSource } from './file/source.ts'
import { readTaskFile } from './file/task-file.ts'
import { type PlanInputs, readPlanInputs } from './inputs.ts'
import { type Lock, lockCheck, lockedImages } from './lock/lock.ts'
import { type LockSources, lockTasks } from './lock/lock-tasks.ts'
import { legOf } from './matrix.ts'
import type { TaskCheck } from './policy/check.ts'
import { type Policy, policyOf, withoutImages } from './policy/policy.ts'
import { policyCheck } from './policy/policy-check.ts'
import { publishFaults, publishPlan } from './publish.ts'
import { planWarnings } from './warnings.ts'

/** Makes the tasks of a file into the matrix of a job (ACT-3, ACT-4), or reports all that is wrong with the file. */
export async function planTasks(env: NodeJS.ProcessEnv): Promise<void> {
  try {
    await plan(env)
  } catch (error) {
    if (!(error instanceof TaskFileError)) throw error
    await publishFaults(error)
  }
}

/** The one path: file → tasks → those that are wanted → those of this shard → matrix. */
async function plan(env: NodeJS.ProcessEnv): Promise<void> {
  const inputs = await readPlanInputs(input)
  maskLogins(inputs.registries ?? [])
  const paths = runnerPaths(env)
  const { workspace } = paths
  const source = await readSource(inputs, workspace)
  // Tasks from the input may be planned without a checkout.
  const hasRepository = inputs.tasks === undefined || existsSync(join(workspace, '.git'))
  const check = await toolchainCheck(inputs['toolchains-file'], workspace, hasRepository)
  const imagesOfToolchain = await toolchainImages(inputs['toolchains-file'], workspace, hasRepository)
  const isFork = isFromFork(env.GITHUB_EVENT_NAME ?? '', await readEvent(env))
  const policy = policyOf(inputs, isFork, await imagePolicies(inputs, paths, env))
  const read = (policy: Policy, lock: Lock | null) =>
    readTaskFile(source, check, [
      policyCheck(policy, {
        imagesOf: imagesOfToolchain,
        optionNames,
        lockedOf: (part) => lock && lockedImages(lock, part),
      }),
      containerCheck,
      groupCheck(inputs),
      ...(lock === null ? [] : [lockCheck(lock)]),
    ])
  const place = { workspace, source: source.name }
  const locked = await lockTasks(inputs, place, await lockSources(inputs, workspace, env), (lock) =>
    lock === null ? read(withoutImages(policy), null) : read(policy, lock),
  )
  const tasks = locked?.tasks ?? read(policy, null)
  checkIncluded(inputs.include, everything(tasks))
  const named = selectById(everything(tasks), inputs)
  const wanted = await selectByPaths(named, inputs, source, { env, paths })
  const wantedLegs = wanted.tasks.map((task) => legOf(task, inputs))
  checkLengths(wanted.tasks, wantedLegs, source)
  checkLimits(wantedLegs, inputs.shard)
  for (const message of planWarnings(wanted.tasks, inputs)) warning(message, 'Plan')
  const dealt = deal(wanted, inputs.shard)
  const legs = dealt.tasks.map((task) => legOf(task, inputs))
  const plan = { name: source.name, legs, ...dealt, isLockChanged: locked?.isChanged }
  await publishPlan(plan, inputs, env.GITHUB_RUN_ID ?? '')
}

/** Who knows the images of tasks, and their digests. What speaks with registries is loaded where one is asked. */
async function lockSources(
  { 'toolchains-file': named, registries }: PlanInputs,
  workspace: string,
  env: NodeJS.ProcessEnv,
): Promise<LockSources> {
  const file = await findToolchainsFile(named, workspace)
  const asking = () => import('../image/remote-digests.ts')
  let digestOf: DigestSource | null = null
  return {
    imagesOf: (spec) => imagesOf(spec, file, workspace),
    digestOf: async (image) => {
      digestOf ??= (await asking()).remoteDigests(registries, env)
      return digestOf(image)
    },
  }
}

/** What is asked of images besides the inputs: by the machine's owner, and by the default branch where it is asked. */
async function imagePolicies(
  { 'policy-file': path, token }: PlanInputs,
  paths: RunnerPaths,
  env: NodeJS.ProcessEnv,
): Promise<ImagePolicy[]> {
  const machine = await machinePolicy(env)
  const own = machine === null ? [] : [machine]
  if (path === undefined) return own
  const text = await defaultBranchFile(path, { token, env, paths })
  return [...own, await readPolicyFile(`${path} of the default branch`, text)]
}

/** What the task's own job would refuse at its start. */
const containerCheck: TaskCheck = ({ spec }) =>
  (spec ? [...specProblems(spec), ...serviceProblems(spec)] : []).map(({ path, error }) => ({
    path: ['container', ...path],
    message: `cannot be used: ${error.message}`,
    code: error.code,
  }))

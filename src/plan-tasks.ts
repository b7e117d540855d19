import { input } from './engine/runner.ts'
import { toolchainCheck } from './image/toolchain-check.ts'
import { selectById } from './plan/by-id.ts'
import { selectByPaths } from './plan/by-paths.ts'
import { TaskFileError } from './plan/faults.ts'
import { readPlanInputs } from './plan/inputs.ts'
import { legOf } from './plan/matrix.ts'
import { publishFaults, publishPlan } from './plan/publish.ts'
import { everything } from './plan/selection.ts'
import { checkLengths, checkLimits, deal } from './plan/shards.ts'
import { readSource } from './plan/source.ts'
import { readTaskFile } from './plan/task-file.ts'

/** Makes the tasks of a file into the matrix of a job (ACT-3, ACT-4), or tells all that is wrong with the file. */
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
  const workspace = env.GITHUB_WORKSPACE ?? process.cwd()
  const source = await readSource(inputs, workspace)
  // Tasks from the input may be planned without a checkout.
  const check = await toolchainCheck(inputs['toolchains-file'], workspace, inputs.tasks === undefined)
  const tasks = readTaskFile(source, check)
  const named = selectById(everything(tasks), inputs)
  const wanted = await selectByPaths(named, inputs, source, env)
  const wantedLegs = wanted.tasks.map((task) => legOf(task, inputs))
  checkLengths(wanted.tasks, wantedLegs, source)
  checkLimits(wantedLegs, inputs.shard)
  const dealt = deal(wanted, inputs.shard)
  const legs = dealt.tasks.map((task) => legOf(task, inputs))
  await publishPlan({ name: source.name, legs, ...dealt }, inputs, env.GITHUB_RUN_ID ?? '')
}

import { randomUUID } from 'node:crypto'
import { type MachineContext, machineProblems } from '../../container/check-spec.ts'
import { isOwnSocket, OURS } from '../../engine/rootless.ts'
import { knownEndpoint } from '../../engine/transport/connection.ts'
import { TaskError } from '../../errors.ts'
import { maskLogins } from '../../github/mask-logins.ts'
import { type RunnerPaths, runnerPaths } from '../../github/paths.ts'
import * as runner from '../../github/runner.ts'
import { type ProcessIdentity, processIdentity } from '../../host/identity.ts'
import { ownFolder } from '../../host/own-folder.ts'
import { artifactName, attemptName } from '../../record/artifact-name.ts'
import { makeRunFolder, newRunFolder, type RunFolder, recordPaths } from '../../record/folder.ts'
import { newRecord } from '../../record/new-record.ts'
import { Recorder } from '../../record/recorder.ts'
import type { Publishing } from '../../record/summary/publish.ts'
import { machineServiceProblems } from '../../services/check-services.ts'
import { canBeStruck, SHORTEST_SECRET } from '../../streams/secret-forms.ts'
import type { Task } from '../../task/contract.ts'
import { readEnvLines } from '../../task/env-lines.ts'
import { type Identity, type IdentitySource, labelOf } from '../../task/identity.ts'
import { type Inputs, readInputs } from '../../task/inputs.ts'
import { payloadId, readTask } from '../../task/read-task.ts'
import { VERSION } from '../../version.ts'
import { nameRun } from './name-run.ts'
import { saveRunState } from './state.ts'

/** A run that has a name, a folder and an open record. Nothing of the engine has been touched. */
export interface Run {
  /** The runner's environment, and the folders that it names. */
  readonly env: NodeJS.ProcessEnv
  readonly paths: RunnerPaths
  readonly inputs: Inputs
  readonly identity: Identity
  /** The task's id as the user wrote it; null when it has none. */
  readonly taskId: string | null
  /** When this process began. */
  readonly startedAt: Date
  /** The owner label of everything this run makes. */
  readonly owner: ProcessIdentity
  readonly folder: RunFolder
  readonly recorder: Recorder
  readonly artifact: string
  /** What of it is published. */
  readonly publishing: Publishing
  /**
   * The task, or what is wrong with it: a run with a bad task has a record too (RUN-8).
   * @throws TaskError ACODE-CTN-006, ACODE-CTN-011
   */
  readonly task: () => Task
}

/**
 * Opens the run of this step: names it, keeps for post what it will make, and opens its record.
 * @throws TaskError ACODE-CTN-013 when the record cannot be written
 */
export async function openRun(env: NodeJS.ProcessEnv): Promise<Run> {
  const startedAt = new Date(performance.timeOrigin)
  const { inputs, problems } = await readInputs((name) => runner.input(name, name === 'run'))
  maskSecrets(inputs.secrets ?? {})
  maskSecrets(inputs['build-secrets'] ?? {})
  maskLogins(inputs.registries ?? [])
  warnOfMissing(inputs, env)
  const runnerFolders = runnerPaths(env)
  const source = sourceOf(inputs, env)
  const identity = await nameRun(source, runnerFolders.temp)
  const owner = processIdentity()
  const task = outcomeOf(() =>
    readTask(inputs, problems, (spec) => {
      const machine = { ...machineOf(env, runnerFolders), secrets: Object.keys(inputs.secrets ?? {}) }
      return [...machineProblems(spec, machine), ...machineServiceProblems(spec, machine)]
    }),
  )
  const artifactsSubdir = task.value?.container?.artifactsSubdir ?? 'container'
  const given = inputs['artifact-name']
  const artifact = artifactName(
    given === undefined ? identity.container : attemptName(given, env.GITHUB_RUN_ATTEMPT),
  )
  const publishing = { summary: inputs.summary ?? 'always', upload: inputs.upload ?? 'always' }
  const folder = newRunFolder(runnerFolders.temp, identity.container)
  const paths = recordPaths(folder, artifactsSubdir)
  const marker = `ACODE_ENGINE_CALLER=${randomUUID()}`
  saveRunState({
    folder: folder.root,
    artifactsSubdir,
    ...identity,
    startedAt: startedAt.toISOString(),
    workspace: runnerFolders.workspace,
    owner: JSON.stringify(owner),
    marker,
    artifact,
    ...publishing,
    retentionDays: inputs['retention-days'],
  })
  markChildren(marker)
  await makeRunFolder(folder, paths, owner)
  const taskId = source.taskId ?? null
  const record = newRecord({ ...identity, label: labelOf(source), taskId }, env, VERSION, startedAt, {
    checkRunId: inputs['check-run-id'],
    workflowRef: inputs['workflow-ref'],
    workflowSha: inputs['workflow-sha'],
  })
  const mayFail = task.value?.container?.allowFailure === true
  const recorder = await Recorder.open(record, paths, runner.redaction, { mayFail })
  recorder.addTime('prepare', Math.round(performance.now()))
  return {
    ...{ env, paths: runnerFolders, inputs, identity, taskId, startedAt, owner },
    ...{ folder, recorder, artifact, publishing, task: task.get },
  }
}

/** Masks the secrets, and says which cannot be: ordinary text would be struck out with them. */
function maskSecrets(secrets: Readonly<Record<string, string>>): void {
  for (const secret of Object.values(secrets)) runner.mask(secret)
  const shown = Object.keys(secrets).filter((name) => !canBeStruck(secrets[name] ?? ''))
  if (shown.length > 0)
    runner.warning(
      `Not masked are the secrets ${shown.join(', ')}: a value that is blank or shorter than ${SHORTEST_SECRET} characters is found in ordinary text everywhere. Give a longer one, or leave the secret out.`,
    )
}

/** Says which of the runner's variables that `env` names are not there. What else is wrong with it is reported with the task. */
function warnOfMissing(inputs: Inputs, env: NodeJS.ProcessEnv): void {
  if (inputs.env === undefined) return
  const { missing } = readEnvLines(runner.input('env'), env)
  if (missing.length > 0)
    runner.warning(
      `The input env names variables that the runner does not have: ${missing.join(', ')}. The task goes without them; set them in the env of the step or job, or leave them out.`,
    )
}

/** What the runner offers in addition to `docker`: the input `capabilities` and `ACODE_CAPABILITIES` together. */
export function offeredCapabilities({ inputs, env }: Pick<Run, 'inputs' | 'env'>): string[] {
  const machine = (env.ACODE_CAPABILITIES ?? '').split(/[\s,]+/).filter((word) => word !== '')
  return [...new Set([...inputs.capabilities, ...machine])]
}

function sourceOf(inputs: Inputs, env: NodeJS.ProcessEnv): IdentitySource {
  return {
    sessionId: inputs['session-id'],
    taskId: inputs['task-id'] ?? payloadId(inputs.task),
    repository: env.GITHUB_REPOSITORY ?? '',
    workflow: env.GITHUB_WORKFLOW_REF ?? env.GITHUB_WORKFLOW ?? '',
    runId: env.GITHUB_RUN_ID ?? '',
    runAttempt: env.GITHUB_RUN_ATTEMPT ?? '',
    job: env.GITHUB_JOB ?? '',
    step: env.GITHUB_ACTION ?? '',
    matrix: inputs.matrix ?? null,
    checkRunId: inputs['check-run-id'] ?? '',
    jobIndex: inputs['job-index'] ?? '',
  }
}

/** The machine as the task's mounts and rights are judged by it. */
function machineOf(env: NodeJS.ProcessEnv, paths: RunnerPaths): MachineContext {
  const { workspace, temp, keeping, fileCommands } = paths
  const endpoint = knownEndpoint(env)
  return {
    env,
    knownEndpoint: endpoint,
    runner: endpoint === null || isOwnSocket(endpoint, OURS) ? null : OURS,
    workspace,
    fileCommands,
    runs: temp,
    own: ownFolder(keeping, workspace, false),
  }
}

/** Whatever we start from now on carries the marker in its environment. */
function markChildren(marker: string): void {
  const [name = '', value = ''] = marker.split('=')
  process.env[name] = value
}

/** The result of reading a task: its value, or the error that says what is wrong with it. */
function outcomeOf<T>(work: () => T): { value: T | null; get: () => T } {
  try {
    const value = work()
    return { value, get: () => value }
  } catch (error) {
    if (!(error instanceof TaskError)) throw error
    return {
      value: null,
      get: () => {
        throw error
      },
    }
  }
}

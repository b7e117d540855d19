import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { type RunRecord, runRecordSchema } from '../../../src/record/run-record.ts'
import { type Artifact, ArtifactService } from '../artifact-service.ts'
import { docker } from '../engine.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { makeRepositories, PROJECT } from './repositories.ts'

/** A run of a workflow, after its end. */
export interface ActRun {
  readonly exitCode: number | null
  /** The repository that the workflow ran in, which no other run has. */
  readonly repository: string
  /** What the steps of a job set, by the job's name in its workflow. */
  readonly outputs: ReadonlyMap<string, Readonly<Record<string, string>>>
  readonly summaries: readonly string[]
  readonly artifacts: ReadonlyMap<string, Artifact>
  /** What was said, by job: the message of an assertion that fails. */
  readonly log: string
}

interface Options {
  /** Further files of the repository. */
  readonly files?: Readonly<Record<string, string>>
  /** The event and its options, as act takes them. */
  readonly event?: readonly string[]
}

/** A line of act's log: what of it is read. */
const logLine = z.looseObject({
  job: z.string().default('act'),
  msg: z.string(),
  /** `summary`, whose text is the content, or `set-output` with a name and an argument. */
  command: z.string().optional(),
  content: z.string().default(''),
  name: z.string().default(''),
  arg: z.string().default(''),
})

/**
 * Runs a workflow of a repository made for it, by default for a push to main, with act on this machine: jobs are
 * processes here, tasks are containers of the real engine.
 */
export async function runWorkflow(
  workflow: string,
  { files = {}, event = ['push'] }: Options = {},
): Promise<ActRun> {
  const folder = temporaryFolder()
  const repositories = makeRepositories(folder, { ...files, '.github/workflows/workflow.yml': workflow })
  const service = await ArtifactService.start()
  onTestFinished(() => service.stop())
  const env = {
    ...service.env(),
    ACODE_PROJECT: PROJECT,
    ACODE_REPOSITORIES: repositories.folder,
    GITHUB_RUN_ID: String(randomInt(1e9, 1e11)),
  }
  const args = [
    ...event,
    '--json',
    ...['ubuntu-latest', 'self-hosted'].map((label) => `--platform=${label}=-self-hosted`),
    '--no-skip-checkout',
    '--no-cache-server',
    '--use-new-action-cache',
    `--action-cache-path=${folder}/cache`,
    ...Object.entries(env).map(([name, value]) => `--env=${name}=${value}`),
    ...repositories.replaced.map((replaced) => `--local-repository=${replaced}`),
  ]
  const act = spawn(z.string().parse(process.env.ACODE_ACT), args, {
    cwd: repositories.caller,
    env: outsideOfWorkflows(process.env),
  })
  onTestFinished(() => void act.kill())
  const [log, errors] = await Promise.all([text(act.stdout), text(act.stderr), once(act, 'close')])
  const lines = `${log}\n${errors}`.split('\n').map((line) => {
    return logLine.parse(line.startsWith('{') ? JSON.parse(line) : { msg: line })
  })
  return {
    exitCode: act.exitCode,
    repository: repositories.name,
    outputs: outputsByJob(lines),
    summaries: lines.flatMap(({ command, content }) => (command === 'summary' ? [content] : [])),
    artifacts: service.artifacts,
    log: lines.map(({ job, msg }) => `${job.trim()}: ${msg.trim()}`).join('\n'),
  }
}

/** The record in an artifact, checked against its schema. */
export function recordIn(run: ActRun, artifact: string): RunRecord {
  const file = run.artifacts.get(artifact)?.files.get('container/metadata/run.json')
  if (file === undefined) throw new Error(`there is no record in an artifact ${artifact}\n${run.log}`)
  return runRecordSchema.parse(JSON.parse(file.toString()))
}

/** Names of the containers and volumes that a run left. */
export async function leftBy({ repository }: ActRun): Promise<string[]> {
  const filter = ['--filter', `label=acode.repository=${repository}`]
  const containers = await docker('ps', '--all', ...filter, '--format', '{{.Names}}')
  const volumes = await docker('volume', 'ls', ...filter, '--format', '{{.Name}}')
  return [containers, volumes].filter((names) => names !== '')
}

/** Without what the tests' own workflow has set: its names are those of the workflow that is run. */
function outsideOfWorkflows(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const entries = Object.entries(environment)
  return Object.fromEntries(entries.filter(([name]) => !/^(ACTIONS|GITHUB|INPUT|RUNNER|STATE)_/.test(name)))
}

function outputsByJob(lines: readonly z.output<typeof logLine>[]): Map<string, Record<string, string>> {
  const outputs = new Map<string, Record<string, string>>()
  for (const { command, job, name, arg } of lines) {
    if (command !== 'set-output') continue
    const ofJob = job.trim().split('/').at(-1) ?? job
    outputs.set(ofJob, { ...outputs.get(ofJob), [name]: arg })
  }
  return outputs
}

import { randomBytes, randomInt } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { ActionManifest, type Inputs } from './runner/action-manifest.ts'
import type { Contexts } from './runner/expressions.ts'
import { FileCommands } from './runner/file-commands.ts'
import { type Installation, install } from './runner/installation.ts'
import { JobContainer } from './runner/job-container.ts'
import * as environment from './runner/job-environment.ts'
import { chownTree, createLayout, type Layout, type User } from './runner/layout.ts'
import { leftoverProcesses } from './runner/leftovers.ts'
import type { JobOptions, StepOptions, Variables } from './runner/options.ts'
import { Running } from './runner/running.ts'
import { SecretMasker } from './runner/secret-masker.ts'
import { type StepResult, stepResult } from './runner/step-result.ts'
import { Tail } from './runner/tail.ts'
import { WorkflowCommands } from './runner/workflow-commands.ts'

export type { Inputs } from './runner/action-manifest.ts'
export type { Command } from './runner/command-syntax.ts'
export type { User } from './runner/layout.ts'
export type { JobOptions, StepOptions } from './runner/options.ts'
export { messages, otherThanKilled, type StepResult } from './runner/step-result.ts'
export type { Annotation, Group } from './runner/workflow-commands.ts'

const REPOSITORY = path.resolve(import.meta.dirname, '../..')
const NODE = path.join(REPOSITORY, 'node_modules/node/bin/node')
const STEP_NAME = '__acode-task-container'

/** A main entry that has ended; its post entry runs with the same inputs and the state that main saved. */
export type FinishedStep = StepResult & {
  post(): Promise<StepResult>
  startPost(): Running<StepResult>
}

/** A main entry at work. */
export type RunningStep = Running<FinishedStep> & { post(): Promise<StepResult> }

type Step = {
  readonly name: string
  /** Null for a script of the runner's owner. */
  readonly manifest: ActionManifest | null
  readonly inputs: Inputs
  readonly env: Variables
}

/**
 * Plays the GitHub Actions runner for one job: starts an action's entries as the runner does (a process
 * `node dist/main/index.js`, in the workspace, with the runner's environment and nothing else) and makes of their
 * output and files what the runner makes of them. Modelled on actions/runner: ActionRunner.cs,
 * NodeScriptActionHandler.cs and ProcessInvoker.cs.
 */
export class Job {
  readonly layout: Layout
  /** The job's `container:`, where it has one. */
  readonly container: JobContainer | undefined
  readonly #user: User | undefined
  readonly #installation: Installation
  readonly #variables: Variables
  readonly #contexts: Contexts
  readonly #masker = new SecretMasker()
  readonly #stepNames = new Set<string>()
  readonly #running = new Set<Running<StepResult>>()
  #env: Record<string, string>
  #paths: string[] = []

  static async create(options: JobOptions = {}): Promise<Job> {
    return new Job(options)
  }

  private constructor(options: JobOptions) {
    this.#user = options.user
    const repository = options.github?.GITHUB_REPOSITORY ?? 'octo-org/octo-repo'
    this.layout = createLayout({ ...options, repository, event: options.event ?? {} })
    const from = { action: options.actionPath ?? REPOSITORY, node: options.nodePath ?? NODE }
    const isInstalled = this.#user !== undefined || options.container !== undefined
    this.#installation = isInstalled ? install(from, this.layout.root) : from
    this.chown()
    if (options.container !== undefined)
      this.container = new JobContainer(this.layout, this.#installation, this.#user, options.container)
    const github = { ...environment.githubVariables(repository), ...environment.githubFolders(this.layout) }
    const runner = environment.runnerVariables(this.layout)
    this.#variables = {
      ...overridden('GITHUB_', github, options.github),
      ...overridden('RUNNER_', runner, options.runner),
      ...environment.runtimeVariables(options.artifacts?.env()),
    }
    this.#env = { ...options.env }
    const token = options.token ?? `ghs_${randomBytes(18).toString('hex')}`
    this.#masker.add(token)
    this.#contexts = {
      github: { ...environment.contextOf('GITHUB_', this.#variables), token, event: options.event ?? {} },
      runner: environment.contextOf('RUNNER_', this.#variables),
      matrix: options.matrix ?? null,
      strategy: {
        'fail-fast': true,
        'job-index': options.jobIndex ?? 0,
        'job-total': options.jobTotal ?? 1,
        'max-parallel': options.jobTotal ?? 1,
      },
      job: {
        check_run_id: options.checkRunId ?? String(randomInt(10 ** 10, 10 ** 11)),
        container: { network: options.network ?? null },
        status: options.jobStatus ?? 'success',
        workflow_ref: `${repository}/.github/workflows/called.yml@refs/heads/main`,
        workflow_sha: '5'.repeat(40),
      },
    }
  }

  get workspace(): string {
    return this.layout.workspace
  }

  get temp(): string {
    return this.layout.temp
  }

  /** A variable that each step of this job gets, such as `GITHUB_RUN_ID`. */
  variable(name: string): string {
    const value = this.#variables[name]
    if (value === undefined) throw new Error(`The runner of the tests sets no ${name} for a job.`)
    return value
  }

  /** `uses:` the action, to the end of its main entry. */
  async uses(inputs: Inputs = {}, options: StepOptions = {}): Promise<FinishedStep> {
    return this.start(inputs, options).result
  }

  /** `uses:` the action, with its main entry still at work. Steps may run beside each other. */
  start(inputs: Inputs = {}, options: StepOptions = {}): RunningStep {
    const folder = path.resolve(this.#installation.action, options.action ?? '.')
    const manifest = new ActionManifest(folder)
    const step: Step = {
      name: options.composite ?? this.#stepName(options.stepId),
      manifest,
      inputs,
      env: options.env ?? {},
    }
    const { main, post } = manifest
    const running = this.#run(step, [this.#installation.node, main], {}, (result): FinishedStep => {
      const startPost = (): Running<StepResult> => {
        if (post === undefined) throw new Error('The action has no post entry.')
        return this.#run(step, [this.#installation.node, post], result.state, (ended) => ended)
      }
      return { ...result, startPost, post: async () => startPost().result }
    })
    return Object.assign(running, { post: async () => (await running.result).post() })
  }

  /**
   * A script of the runner's owner before the job's first step, ACTIONS_RUNNER_HOOK_JOB_STARTED (JobHookProvider.cs).
   * `script` is relative to the action's folder. The node of the runner is found on PATH, as its process is the tests'.
   */
  hook(script: string): Promise<StepResult> {
    const { action, node } = this.#installation
    const PATH = [path.dirname(node), process.env.PATH].join(path.delimiter)
    const step: Step = { name: '', manifest: null, inputs: {}, env: { PATH } }
    const command = ['bash', '--noprofile', '--norc', '-e', '-o', 'pipefail', path.join(action, script)]
    return this.#run(step, command, {}, (ended) => ended).result
  }

  /** Gives all that is in the job's folders now to its user, after a test has put files there. */
  chown(): void {
    if (this.#user !== undefined) chownTree(this.layout.root, this.#user)
  }

  /** Processes that this job's steps left running, by id. */
  leftoverProcesses(): number[] {
    return leftoverProcesses(this.variable('RUNNER_TRACKING_ID'))
  }

  /** Ends what still runs and deletes the job's own folders. Fails where a step left files that it cannot delete. */
  async remove(): Promise<void> {
    await Promise.allSettled([...this.#running].map((running) => running.kill('SIGKILL')))
    for (const pid of this.leftoverProcesses()) kill(pid)
    this.container?.remove()
    await rm(this.layout.root, { recursive: true, force: true, maxRetries: 3 })
  }

  #run<Result extends StepResult>(
    step: Step,
    [program = '', ...args]: readonly string[],
    state: Variables,
    conclude: (result: StepResult) => Result,
  ): Running<Result> {
    const files = new FileCommands(this.temp, this.#user)
    const commands = new WorkflowCommands(this.#masker)
    const inputs = step.manifest?.resolve(step.inputs, this.#contexts) ?? { environment: {}, warnings: [] }
    for (const warning of inputs.warnings) commands.annotate('warning', warning)
    const lines = new Tail()
    const plan = {
      program,
      args,
      folder: this.workspace,
      user: this.#user,
      environment: this.#environment(step, inputs.environment, state, files.environment),
      onLine: (line: string) => {
        lines.push(line)
        commands.read(line)
      },
    }
    const running = new Running<Result>(
      this.container?.inside(plan) ?? plan,
      (end, { cancelled, output }) => {
        const result = stepResult({
          end,
          cancelled,
          output,
          lines: lines.items(),
          commands,
          files: files.read(),
        })
        this.#env = { ...this.#env, ...result.env }
        this.#paths = [...new Set([...result.paths.toReversed(), ...this.#paths])]
        return conclude(result)
      },
    )
    this.#running.add(running)
    running.result.finally(() => this.#running.delete(running)).catch(() => undefined)
    return running
  }

  /** Later ones win, in the order in which the runner sets them. */
  #environment(step: Step, inputs: Variables, state: Variables, files: Variables): Variables {
    const states = Object.entries(state).map(([name, value]) => [`STATE_${name}`, value] as const)
    const merged: Record<string, string> = {
      CI: 'true',
      ...environment.inherited(),
      ...(this.#user && { HOME: this.layout.home }),
      ...this.#env,
      ...step.env,
      ...Object.fromEntries(states),
      ...inputs,
      ...this.#variables,
      ...files,
      GITHUB_ACTION: step.name,
    }
    merged.PATH = [...this.#paths, merged.PATH ?? ''].join(path.delimiter)
    return merged
  }

  #stepName(id = STEP_NAME): string {
    let name = id
    for (let attempt = 2; this.#stepNames.has(name); attempt++) name = `${id}_${attempt}`
    this.#stepNames.add(name)
    return name
  }
}

/** Ends a process, unless it has ended by itself since it was found. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

function overridden(prefix: string, own: Variables, given: Variables = {}): Variables {
  const stray = Object.keys(given).find((name) => !name.startsWith(prefix))
  if (stray !== undefined) throw new Error(`${stray} does not begin with ${prefix}: give it in \`env\`.`)
  return { ...own, ...given }
}

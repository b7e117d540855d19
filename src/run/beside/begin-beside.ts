import type { LabelFacts } from '../../ownership/labels.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import { askEngine, type KnownEngine } from '../context/ask-engine.ts'
import type { Context } from '../context/context.ts'
import { labelRun } from '../context/label-run.ts'
import { chooseNetwork, type NetworkChoice } from './choose-network.ts'
import type { TaskServices } from './task-services.ts'

/** What begins before the task's image is there, and is waited for where it is needed. */
export interface Beside {
  readonly engine: Promise<KnownEngine>
  readonly labels: Promise<LabelFacts>
  readonly network: NetworkChoice
  /** Null for a task that has none. */
  readonly services: TaskServices | null
}

/** Asks the engine what it is like, and begins to make the task's network and services. */
export async function beginBeside(context: Context, spec: ContainerSpec): Promise<Beside> {
  const { run, docker } = context
  const services = await servicesOf(context, spec)
  const engine = askEngine(docker, run.env)
  // The network does not wait for all that there is to know of the engine.
  const labels = docker.ownPlace().then(({ container }) => labelRun(run, spec, container))
  const network = chooseNetwork(context, spec, labels, services?.remove)
  services?.begin({ engine, labels, network: network.made })
  return { engine, labels, network, services }
}

/** The services of the task; what handles them is loaded for a task that has some. */
async function servicesOf(context: Context, spec: ContainerSpec): Promise<TaskServices | null> {
  if (Object.keys(spec.services).length === 0) return null
  const { TaskServices } = await import('./task-services.ts')
  return new TaskServices(context, spec)
}

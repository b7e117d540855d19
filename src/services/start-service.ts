import type { Docker } from '../engine/docker.ts'
import { EngineError, isRefusal } from '../engine/errors.ts'
import { sentence, TaskError } from '../errors.ts'
import { type TarEntry, writeTar } from '../formats/tar-writer.ts'
import { describeService, SECRETS, type ServicePlan } from './describe.ts'
import { RunningService } from './running-service.ts'
import type { ServiceLog } from './service-log.ts'

/**
 * Creates the container of a service with its secrets, follows what it prints, and starts it.
 * @param onCreated given the container as soon as it is there
 * @throws TaskError ACODE-CTN-003, ACODE-CTN-010 when the engine does not see what it mounts
 */
export async function startService(
  docker: Docker,
  plan: ServicePlan,
  secrets: Readonly<Record<string, string>>,
  log: ServiceLog,
  onCreated: (id: string) => void,
): Promise<RunningService> {
  const id = await create(docker, plan)
  onCreated(id)
  await putSecrets(docker, id, plan, secrets)
  const cutOff = new AbortController()
  const attached = await docker.containers.attach(id, cutOff.signal)
  const letGo = () => {
    attached.end()
    cutOff.abort()
  }
  // A connection that ends in the middle of a frame has no more to say.
  const followed = log.write(attached.output).catch(() => undefined)
  try {
    await docker.containers.start(id)
  } catch (error) {
    letGo()
    await followed
    await log.end()
    throw notStarted(plan, error)
  }
  return new RunningService(docker, plan, id, log, { followed, letGo, signal: cutOff.signal })
}

async function create(docker: Docker, plan: ServicePlan): Promise<string> {
  try {
    return await docker.containers.create(plan.container, describeService(plan))
  } catch (error) {
    if (!isRefusal(error)) throw error
    const what = `The container of service ${plan.name} could not be created from ${plan.image.reference}: ${sentence(error.message)}`
    const isUnseen = error.reason === 'mount-unseen'
    throw isUnseen
      ? new TaskError(
          'ACODE-CTN-010',
          `${what} The engine does not see the runner’s files: it runs on another machine, in another container or as another user. Let the image have what mounts names, or use an engine on this machine.`,
          { cause: error },
        )
      : new TaskError('ACODE-CTN-003', `${what} Correct what the engine names.`, { cause: error })
  }
}

/** The engine knows the command, and says so where it cannot run it. */
function notStarted({ name, image }: ServicePlan, error: unknown): unknown {
  if (!(error instanceof EngineError) || !isRefusal(error)) return error
  const advice =
    error.reason === 'disk-full'
      ? 'The engine’s disk is full: free space there, for instance with: docker system prune'
      : 'Correct its command, entrypoint, user or mounts.'
  return new TaskError(
    'ACODE-CTN-014',
    `The service ${name} (${image.reference}) could not be started: ${sentence(error.message)} ${advice}`,
    { cause: error },
  )
}

/** Secrets are files of the container alone, which all of its processes may read. */
async function putSecrets(
  docker: Docker,
  id: string,
  { spec }: ServicePlan,
  secrets: Readonly<Record<string, string>>,
): Promise<void> {
  if (spec.secrets.length === 0) return
  const [, ...folders] = SECRETS.split('/')
  const own = { uid: 0, gid: 0 }
  const entries: TarEntry[] = [
    ...folders.map((_, index): TarEntry => {
      return { path: folders.slice(0, index + 1).join('/'), type: 'folder', mode: 0o755, ...own }
    }),
    ...spec.secrets.map((name): TarEntry => {
      const content = Buffer.from(secrets[name] ?? '')
      const path = [...folders, name].join('/')
      return { path, type: 'file', mode: 0o444, ...own, size: content.length, content: [content] }
    }),
  ]
  await docker.archives.put(id, '/', writeTar(entries))
}

import { z } from 'zod'
import { docker, dockerTry } from './engine.ts'
import type { FinishedStep, RunningStep } from './runner.ts'

/** Lines of a script that wait until the test has looked at the container ({@link whileHeld}). */
export const HOLD = 'mkfifo /tmp/held; echo "task is held"; read _ </tmp/held'

const mount = z.looseObject({
  Type: z.string(),
  Name: z.string().optional(),
  Source: z.string(),
  Destination: z.string(),
  RW: z.boolean(),
})
const inspected = z.looseObject({
  Id: z.string(),
  Name: z.string(),
  Config: z.looseObject({
    Image: z.string(),
    User: z.string(),
    Hostname: z.string(),
    Env: z.array(z.string()),
    Cmd: z.array(z.string()).nullable(),
    Entrypoint: z.array(z.string()).nullable(),
    WorkingDir: z.string(),
    Labels: z.record(z.string(), z.string()),
  }),
  HostConfig: z.looseObject({
    NetworkMode: z.string(),
    NanoCpus: z.number(),
    Memory: z.number(),
    MemorySwap: z.number(),
    PidsLimit: z.number().nullable(),
    ShmSize: z.number(),
    CapAdd: z.array(z.string()).nullable(),
    CapDrop: z.array(z.string()).nullable(),
    SecurityOpt: z.array(z.string()).nullable(),
    Init: z.boolean().nullish(),
    Privileged: z.boolean(),
    ReadonlyRootfs: z.boolean(),
    LogConfig: z.looseObject({ Type: z.string() }),
  }),
  Mounts: z.array(mount),
})

/** What `docker container inspect` says of a container. */
export type Inspected = z.infer<typeof inspected>

/** A container as the engine sees it, and the text that it was read from. */
export async function inspectContainer(name: string): Promise<{ container: Inspected; json: string }> {
  const json = await docker('container', 'inspect', name)
  const [container] = z.array(inspected).parse(JSON.parse(json))
  if (container === undefined) throw new Error(`The engine has no container ${name}.`)
  return { container, json }
}

/** The container that a running step has named in its log. */
export function containerName(running: Pick<RunningStep, 'output'>): string {
  const name = /^::group::(acode-\S+) from /m.exec(running.output())?.[1]
  if (name === undefined) throw new Error(`No container is named:\n${running.output()}`)
  return name
}

/** Looks at the container of a task that runs {@link HOLD}, then lets it go on to its end. */
export async function whileHeld<T>(
  running: RunningStep,
  look: (seen: { container: Inspected; json: string }) => Promise<T> | T,
): Promise<{ looked: T; step: FinishedStep }> {
  await running.sees(/^task is held$/m)
  const name = containerName(running)
  try {
    const looked = await look(await inspectContainer(name))
    return { looked, step: await release(running, name) }
  } catch (error) {
    await release(running, name)
    throw error
  }
}

/** The task may have ended, and its container be gone, before the CLI has asked how this went: nothing waits for that. */
async function release(running: RunningStep, name: string): Promise<FinishedStep> {
  await dockerTry('exec', name, 'sh', '-c', 'echo go >/tmp/held')
  return running.result
}

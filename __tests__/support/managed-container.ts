import { spawnSync } from 'node:child_process'
import { onTestFinished } from 'vitest'
import { type ProcessIdentity, processIdentity } from '../../src/host/identity.ts'
import { docker, dockerTry, imageName } from './engine.ts'

/** A container such as an action on this engine made, this one or another. */
export type Managed = {
  readonly name: string
  readonly session: string
  readonly owner?: ProcessIdentity | string
  /** Epoch seconds; default an hour from now. */
  readonly deadline?: number | string
  readonly running?: boolean
  /** Further labels. */
  readonly labels?: Readonly<Record<string, string>>
}

/** An owner that lives as long as the tests do. */
export const living = (): ProcessIdentity => processIdentity()

/** An owner that is proven dead: a process of this machine that has ended. */
export function dead(): ProcessIdentity {
  const { pid } = spawnSync('true')
  return { ...processIdentity(), pid, start: '1' }
}

/** Makes the container; gone when the test is over. */
export async function makeManaged({
  name,
  session,
  owner,
  deadline,
  running,
  labels: further,
}: Managed): Promise<string> {
  const labels = {
    'acode.managed': 'true',
    'acode.session': session,
    'acode.task': name.replace(`acode-${session}-`, ''),
    'acode.owner': typeof owner === 'string' ? owner : JSON.stringify(owner ?? living()),
    'acode.deadline': String(deadline ?? Math.ceil(Date.now() / 1000) + 3600),
    ...further,
  }
  return makeContainer(name, labels, running)
}

/** Makes a container with these labels and no others; gone when the test is over. */
export async function makeContainer(
  name: string,
  labels: Readonly<Record<string, string>> = {},
  running = true,
  image: string = imageName.base,
): Promise<string> {
  onTestFinished(async () => {
    await dockerTry('rm', '--force', '--volumes', name)
  })
  const flags = Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`])
  const id = await docker('create', '--name', name, '--network', 'none', ...flags, image, 'sleep', '1000')
  if (running) await docker('start', id)
  return id
}

/** The state of a container; null when it is gone. */
export async function stateOf(container: string): Promise<string | null> {
  const { exitCode, stdout } = await dockerTry(
    'container',
    'inspect',
    '--format',
    '{{.State.Status}}',
    container,
  )
  return exitCode === 0 ? stdout.trim() : null
}

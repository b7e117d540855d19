import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Docker } from '../engine/docker.ts'
import { EngineError } from '../engine/errors.ts'
import { formatSeconds } from '../formats/units.ts'
import { endedError, notReadyError, type Seen, uncheckableError } from './failure.ts'
import type { Readiness, RunningService } from './running-service.ts'
import { type Sign, wordsOf } from './sign.ts'
import { type Listening, listeningIn } from './sockets.ts'

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 500
const REPORT_MS = 10_000

/**
 * Waits until a service is ready by its sign, and says every ten seconds what it waits for.
 * @param stop aborted when nothing waits any more
 * @throws TaskError ACODE-CTN-014 when it ends before, or is not ready in time
 */
export async function awaitReady(
  docker: Docker,
  service: RunningService,
  sign: Sign,
  stop: AbortSignal,
  onLine: (line: string) => void,
): Promise<Readiness> {
  const { name, spec } = service.plan
  const begun = performance.now()
  const giveUp = begun + spec.ready.timeout * 1000
  let reportAt = begun + REPORT_MS
  let seen: Seen = { state: null, listening: null }
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    stop.throwIfAborted()
    const [isReady, now] = await look(docker, service, sign)
    seen = now
    if (service.isOver) {
      const end = await service.end()
      throw endedError(service.named(), end, 'start')
    }
    if (isReady) return { at: new Date(), by: wordsOf(sign) }
    if (performance.now() > giveUp) throw notReadyError(service.named(), sign, seen)
    if (performance.now() > reportAt) {
      const waited = formatSeconds((performance.now() - begun) / 1000)
      onLine(`Waiting for service ${name}: ${wordsOf(sign)}, ${waited} so far`)
      reportAt += REPORT_MS
    }
    await rest(service, pause, stop)
  }
}

/** A pause, which the end of the service, its word or the end of the wait cuts short. */
async function rest(service: RunningService, milliseconds: number, stop: AbortSignal): Promise<void> {
  const over = new AbortController()
  const pause = sleep(milliseconds, undefined, { signal: AbortSignal.any([stop, over.signal]) }).catch(
    nothing,
  )
  await Promise.race([pause, service.ended, service.log.printed])
  over.abort()
}

const nothing = () => undefined

async function look(docker: Docker, service: RunningService, sign: Sign): Promise<[boolean, Seen]> {
  if (sign.by === 'log') return [service.log.hasPrinted, { state: null, listening: null }]
  const state = await service.state()
  const isRunning = state?.status === 'running'
  if (sign.by === 'health') return [state?.check?.status === 'healthy', { state, listening: null }]
  if (sign.by !== 'port') return [isRunning, { state, listening: null }]
  const listening = isRunning ? await listeningOf(docker, service, state.pid, sign) : null
  return [sign.ports.some((port) => listening?.outside.has(port)), { state, listening }]
}

/** Reads the sockets of a service: where its processes are this machine's from here, else by a shell of the service. */
async function listeningOf(
  docker: Docker,
  service: RunningService,
  pid: number | null,
  sign: Sign,
): Promise<Listening | null> {
  const here = pid === null ? null : await tablesHere(pid, service.id)
  if (here !== null) return listeningIn(here)
  try {
    const { exitCode, output } = await docker.execs.run(service.id, ['/bin/sh', '-c', SCRIPT])
    if (exitCode === 0) return listeningIn(output)
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    // One that has ended meanwhile runs nothing.
    if (service.isOver || error.reason === 'conflict' || error.reason === 'not-found') return null
    if (error.reason !== 'refused') throw error
  }
  // One that ends meanwhile runs no shell, whether its end is known already or not.
  if ((await service.state())?.status !== 'running') return null
  throw uncheckableError(service.named(), sign)
}

/** Builtins of any shell are enough. */
const SCRIPT =
  'for f in /proc/net/tcp /proc/net/tcp6; do [ -r $f ] && while read -r l; do echo "$l"; done <$f; done; :'

/** Null when the process is none of this machine's: its control group would name the container. */
async function tablesHere(pid: number, container: string): Promise<string | null> {
  const [group, ...tables] = await Promise.all(
    ['cgroup', 'net/tcp', 'net/tcp6'].map((file) =>
      readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => null),
    ),
  )
  if (!group?.includes(container) || tables[0] === null) return null
  return tables.join('\n')
}

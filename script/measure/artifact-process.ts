/** The service of artifacts in its own process, so that its work is not the measured one's. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { z } from 'zod'
import { ArtifactService } from '../../__tests__/support/artifact-service.ts'

const variables = z.record(z.string(), z.string())

/** As a job of the runner double takes it. */
export interface ArtifactProcess {
  env(): Record<string, string>
  stop(): void
}

/** Starts the service; it runs until it is stopped. */
export async function startArtifactProcess(): Promise<ArtifactProcess> {
  const child: ChildProcess = fork(import.meta.filename)
  const [message] = await once(child, 'message')
  const environment = variables.parse(message)
  return { env: () => environment, stop: () => child.disconnect() }
}

if (process.argv[1] === import.meta.filename && process.send) {
  const service = await ArtifactService.start()
  process.send(service.env())
  process.on('disconnect', () => process.exit())
}

import { execFileSync } from 'node:child_process'
import path from 'node:path'

/** Images of real servers and clients; entrypoints are like those of Docker Hub's: they begin as root and step down. */
export const serverImage = {
  /** PostgreSQL with its clients; root, EXPOSE 5432, a volume for its data. */
  postgres: 'acode-test/postgres:1',
  /** Redis, the same. */
  redis: 'acode-test/redis:1',
  /** All servers and clients, nothing that runs by itself; also nats-server, curl and git. */
  all: 'acode-test/servers:1',
  /** Python with pip. */
  pip: 'acode-test/pip:1',
} as const

/** Makes these images, where they are not there yet: seconds, and a minute once on a machine. */
export function makeServers(): void {
  const script = path.resolve(import.meta.dirname, '../../script/engine')
  execFileSync(script, ['servers'], { stdio: ['ignore', 'inherit', 'inherit'] })
}

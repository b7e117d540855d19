import { beforeAll, describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { whileHeld, HOLD } from '../../support/held-task.ts'
import { recordOf } from '../../support/record.ts'
import { makeServers, serverImage } from '../../support/servers.ts'
import { TaskJob } from '../../support/task-job.ts'

beforeAll(makeServers, 300_000)

const base = { image: serverImage.all, workspace: 'none' }

describe('BES-1 services', () => {
  it('are a database, a cache and a queue that a task uses by their names, and that are gone with it', async () => {
    const task = await TaskJob.create()
    const step = await task.job.uses({
      ...base,
      secrets: 'DB_PASSWORD=not-to-be-read',
      services: `
db:
  image: ${serverImage.postgres}
  env: { POSTGRES_PASSWORD_FILE: /run/secrets/DB_PASSWORD }
  secrets: [DB_PASSWORD]
  health: { cmd: pg_isready -h localhost -U postgres, interval: 0.2s, retries: 100 }
  resources: { memory: 512m }
cache:
  image: ${serverImage.redis}
  user: redis
  profile: strict
queue:
  image: ${serverImage.all}
  command: [nats-server]
  user: '1234'
  profile: strict
  ready: { log: Server is ready }
`,
      run: `
export PGPASSWORD=$(cat /run/acode/secrets/DB_PASSWORD)
psql -h db -U postgres -Atc 'select 6 * 7'
redis-cli -h cache set key value
redis-cli -h cache get key
nc -w 2 queue 4222 </dev/null | head -c 4
`,
    })
    expect(step.failed, step.log).toBe(false)
    expect(step.lines).toEqual(expect.arrayContaining(['42', 'OK', 'value']))
    expect(step.output).toContain('INFO')
    const { services = [], cleanup } = await recordOf(step)
    console.log(JSON.stringify(services, null, 1), step.log)
    await task.expectNothingLeft()
  })
})

import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runConfigFolder } from '../../../src/engine/registry/config-folder.ts'
import { configuredAuth } from '../../../src/engine/registry/registry-auth.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const logins = new Map([['docker.io', { username: 'ada', password: 'pa:ss' }]])

/** The configuration of a run, made from the user's. */
async function madeFrom(config: string | null) {
  const users = temporaryFolder()
  mkdirSync(join(users, 'contexts', 'meta'), { recursive: true })
  writeFileSync(join(users, 'contexts', 'meta', 'x'), 'context')
  if (config !== null) writeFileSync(join(users, 'config.json'), config)
  const folder = join(temporaryFolder(), 'run')
  await runConfigFolder(folder, logins, { DOCKER_CONFIG: users })
  return { folder, config: JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) }
}

it('IMX-2 a configuration of a run keeps the user’s, contexts too, and is this user’s alone', async () => {
  const { folder, config } = await madeFrom(
    JSON.stringify({
      currentContext: 'x',
      credHelpers: { 'gcr.io': 'gcloud' },
      auths: { 'quay.io': { auth: 'eA==' } },
    }),
  )
  expect(config).toMatchObject({
    currentContext: 'x',
    credHelpers: { 'gcr.io': 'gcloud' },
    auths: { 'quay.io': {} },
  })
  expect(readFileSync(join(folder, 'contexts', 'meta', 'x'), 'utf8')).toBe('context')
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(statSync(join(folder, 'config.json')).mode & 0o777).toBe(0o600)
})

it.each([
  ['there is none', null],
  ['it is no JSON', '{'],
  ['a helper has all', '{"credsStore": "desktop"}'],
  ['a helper has that registry', '{"credHelpers": {"https://index.docker.io/v1/": "mine"}}'],
  ['another login is there', '{"auths": {"https://index.docker.io/v1/": {"auth": "eDp5"}}}'],
])('IMX-2 the login of a run counts where %s', async (_why, users) => {
  const { folder } = await madeFrom(users)
  expect(await configuredAuth('https://index.docker.io/v1/', { DOCKER_CONFIG: folder, PATH: '' })).toEqual({
    username: 'ada',
    password: 'pa:ss',
  })
})

import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DOCKER_HUB, registryOf } from '../../../src/engine/registry/image-reference.ts'
import { configuredAuth } from '../../../src/engine/registry/registry-auth.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

/** What a configuration of Docker has for a registry, with helpers on PATH that are shell scripts. */
function authOf(registry: string, config: unknown, helpers: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config))
  for (const [name, script] of Object.entries(helpers)) {
    const path = join(folder, `docker-credential-${name}`)
    writeFileSync(path, `#!/bin/sh\n${script}\n`)
    chmodSync(path, 0o755)
  }
  return configuredAuth(registry, { DOCKER_CONFIG: folder, PATH: `${folder}:${process.env.PATH}` })
}

describe('the registry of an image', () => {
  it.each([
    ['busybox', DOCKER_HUB],
    ['node:22', DOCKER_HUB],
    ['acme/unit:1', DOCKER_HUB],
    ['docker.io/acme/unit', DOCKER_HUB],
    ['index.docker.io/acme/unit', DOCKER_HUB],
    ['ghcr.io/acme/unit', 'ghcr.io'],
    ['localhost/unit', 'localhost'],
    ['127.0.0.1:5000/unit:1', '127.0.0.1:5000'],
  ])('%s is %s', (image, registry) => {
    expect(registryOf(image)).toBe(registry)
  })
})

describe('credentials of Docker’s configuration (IMX-2)', () => {
  it.each([
    ['of docker login', { 'ghcr.io': { auth: base64('ada:pass:wo=rd') } }],
    ['with an address', { 'https://ghcr.io/v1/': { auth: base64('ada:pass:wo=rd') } }],
    ['in plain', { 'ghcr.io': { username: 'ada', password: 'pass:wo=rd' } }],
  ])('%s', async (_how, auths) => {
    expect(await authOf('ghcr.io', { auths })).toEqual({ username: 'ada', password: 'pass:wo=rd' })
  })

  it('of Docker Hub, under its old address', async () => {
    const auths = { 'https://index.docker.io/v1/': { auth: base64('ada:p') } }
    expect(await authOf(registryOf('busybox'), { auths })).toMatchObject({ username: 'ada' })
  })

  it.each([
    ['there is none', {}],
    ['it is another’s', { auths: { 'quay.io': { auth: base64('ada:p') } } }],
    ['it is empty, as helpers leave it', { auths: { 'ghcr.io': {} } }],
    ['the file is no JSON', '{'],
    ['they are of another type', { auths: ['x'] }],
  ])('are none where %s', async (_why, config) => {
    expect(await authOf('ghcr.io', config)).toBeNull()
  })

  const ANSWER = `read server; printf '{"ServerURL":"%s","Username":"ada","Secret":"of %s"}' "$server" "$server"`
  it.each([
    ['of a registry', { credHelpers: { 'ghcr.io': 'mine' }, credsStore: 'other' }],
    ['of all', { credsStore: 'mine', auths: { 'ghcr.io': {} } }],
  ])('from the helper %s', async (_which, config) => {
    expect(await authOf('ghcr.io', config, { mine: ANSWER })).toEqual({
      username: 'ada',
      password: 'of ghcr.io',
    })
  })

  it('from a helper that has a token', async () => {
    const script = `cat >/dev/null; echo '{"Username":"<token>","Secret":"t"}'`
    expect(await authOf('ghcr.io', { credsStore: 'mine' }, { mine: script })).toEqual({ identitytoken: 't' })
  })

  it.each([
    ['is not there', {}],
    ['has none', { mine: 'echo "credentials not found in native keychain"; exit 1' }],
    ['prints something else', { mine: 'echo hello' }],
  ])('are none where the helper %s', async (_why, helpers) => {
    expect(await authOf('ghcr.io', { credsStore: 'mine' }, helpers)).toBeNull()
  })
})

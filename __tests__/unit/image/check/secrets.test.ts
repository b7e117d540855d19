import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findSecrets } from '../../../../src/image/check/secrets.ts'
import { FUZZ_TIMEOUT_MS, fuzzed } from '../../../support/fuzz.ts'

const found = (text: string) =>
  findSecrets([{ where: 'its environment', text }]).map(({ what, isCertain }) => [what, isCertain])
const letters = (count: number) => 'aB3'.repeat(count).slice(0, count)

describe('IMG-2 a secret in an image is found', () => {
  it.each([
    ['a private key', 'KEY=-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl'],
    ['a private key', 'RUN echo "-----BEGIN PRIVATE KEY-----" > /key'],
    ['a token of GitHub', `GH=ghp_${letters(36)}`],
    ['a token of GitHub', `|1 T=github_pat_${letters(30)} /bin/sh -c x`],
    ['a token of GitLab', `glpat-${letters(20)}`],
    ['an access key of AWS', 'AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE'],
    ['a token of npm', `//registry.npmjs.org/:_authToken=npm_${letters(36)}`],
    ['a token of Slack', `xoxb-${letters(24)}`],
    ['a password in an address', 'RUN git clone https://ada:s3cr3t@git.example/x'],
    ['a password in an address', 'DATABASE_URL=postgres://app:hunter2@db/app'],
  ])('by its form: %s in %s', (what, text) => {
    expect(found(text)).toEqual([[what, true]])
  })

  it.each([
    ['NPM_TOKEN', 'NPM_TOKEN=abc'],
    ['DB_PASSWORD', 'ENV DB_PASSWORD="two words"'],
    ['api_key', '|2 a=1 api_key=abc /bin/sh -c make'],
    ['SECRET', "/bin/sh -c #(nop)  ENV SECRET='x y'"],
  ])('by the name of its variable: %s in %s', (name, text) => {
    expect(found(text)).toEqual([[`a value of ${name}`, false]])
  })

  it.each([
    'GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305',
    'TOKENIZERS_PARALLELISM=true',
    'NPM_TOKEN=',
    'RUN TOKEN=$(cat /run/secrets/token) make',
    'POSTGRES_PASSWORD_FILE=/run/secrets/db',
    'PASSWORD=$DB_PASSWORD',
    'USE_SECRET=true',
    'TOKEN_LIFETIME=3600',
    'https://example.org:8443/path@2',
    'RUN curl https://$USER:$TOKEN@git.example',
    'NODE_VERSION=22.1.0',
    '-----BEGIN CERTIFICATE-----',
    '/bin/sh -c #(nop) ADD file:3f5a4d5b4e7c8f0a in / ',
  ])('and this is none: %s', (text) => {
    expect(found(text)).toEqual([])
  })

  it('is said once, without its value', { timeout: FUZZ_TIMEOUT_MS }, () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9]{36}$/)
    const property = fc.property(secret, fc.string(), (value, around) => {
      const texts = [1, 2].map((step) => ({ where: `step ${step}`, text: `${around} ghp_${value}` }))
      const said = findSecrets(texts)
      expect(said.filter(({ what }) => what === 'a token of GitHub')).toHaveLength(1)
      expect(JSON.stringify(said)).not.toContain(value)
    })
    fc.assert(property, fuzzed(200))
  })

  it('and a long text takes no long time', () => {
    const started = performance.now()
    findSecrets([{ where: 'x', text: `${'a=b://a:'.repeat(50_000)}${'PASSWORD="'.repeat(10_000)}` }])
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})

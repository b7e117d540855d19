import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { imageFault, inputPolicy, readPolicyFile, refuseImage } from '../../../src/task/image-policy.ts'
import { machinePolicy } from '../../../src/task/machine-policy.ts'
import { failureOf } from '../../support/failures.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const DIGEST = `sha256:${'0a'.repeat(32)}`

describe('image policy (IMX-3)', () => {
  it.each([
    ['node:22', undefined, undefined, null],
    ['node:22', ['node:*'], undefined, null],
    ['node:22', ['ghcr.io/*'], undefined, /^is beyond the input allowed-images/],
    ['node:22', [], undefined, /^is beyond/],
    [null, ['node:*'], undefined, /let an image be named there/],
    ['node:22', undefined, true, /^names no digest, which the input require-digest/],
    [`node:22@${DIGEST}`, undefined, true, null],
    [`node@${DIGEST}`, ['node*'], true, null],
    ['node@sha256:0a', undefined, true, /^names no digest/],
    [`node:22@${DIGEST}/x`, undefined, true, /^names no digest/],
    [null, undefined, true, /^names no digest/],
    [null, undefined, undefined, null],
  ] as const)('%s with %j and %s', (image, images, requireDigest, fault) => {
    const found = imageFault(image, inputPolicy(images, requireDigest))
    if (fault === null) expect(found).toBeNull()
    else expect(found).toMatch(fault)
  })

  it('holds several at the same time, and names each', async () => {
    const file = await readPolicyFile('F', 'allowed-images: [ghcr.io/*]\nrequire-digest: true')
    const refuse = (image: string) => refuseImage(image, [inputPolicy(['node:*'], false), file])
    const { code, message } = await failureOf(() => refuse('ruby:3'))
    expect(code).toBe('ACODE-CTN-011')
    expect(message).toMatch(
      /beyond the input allowed-images of the workflow.*, and ruby:3 is beyond allowed-images in F/,
    )
    await expect(failureOf(() => refuse('node:22'))).resolves.toMatchObject({ code: 'ACODE-CTN-011' })
  })

  it.each([
    [
      'allowed-images: |\n  node:*\n\n  ghcr.io/a/*\n',
      { images: ['node:*', 'ghcr.io/a/*'], requireDigest: false },
    ],
    ['require-digest: true', { images: null, requireDigest: true }],
    ['', { images: null, requireDigest: false }],
  ])('is read from a file: %j', async (text, policy) => {
    expect(await readPolicyFile('F', text)).toMatchObject(policy)
  })

  it.each(['allowed-image: [x]', 'require-digest: yes please', 'allowed-images: 1', '[]', 'a: b: c'])(
    'is not valid: %j',
    async (text) => {
      const { code, message } = await failureOf(() => readPolicyFile('F', text))
      expect(code).toBe('ACODE-CTN-006')
      expect(message).toMatch(/^The policy in F is not valid: /)
    },
  )
})

describe('the policy of a machine (IMX-3)', () => {
  const parent = (path: string) => ({
    commandLine: '/runner/bin/Runner.Worker spawnclient 1 2',
    environment: new Map([['ACODE_POLICY', path]]),
  })

  it('is what the runner was started with, whatever a workflow sets', async () => {
    const file = join(temporaryFolder(), 'policy.yml')
    writeFileSync(file, 'require-digest: true')
    expect(await machinePolicy({ ACODE_POLICY: '' }, parent(file))).toMatchObject({ requireDigest: true })
    expect(await machinePolicy({ ACODE_POLICY: file }, parent(''))).toBeNull()
    expect(await machinePolicy({ ACODE_POLICY: file }, null)).toMatchObject({ requireDigest: true })
    expect(await machinePolicy({}, null)).toBeNull()
  })

  it('refuses everything where its file is not there', async () => {
    await expect(failureOf(() => machinePolicy({}, parent('/nowhere/policy.yml')))).resolves.toMatchObject({
      code: 'ACODE-CTN-006',
    })
  })
})

import { describe, expect, it } from 'vitest'
import { askEngine } from '../../../src/run/ask-engine.ts'
import { fakeEngine, json } from '../../support/fake-engine.ts'

const env = { RUNNER_ENVIRONMENT: 'self-hosted' }

describe('RNR-5, CTN-12 askEngine', () => {
  it('says where the engine is, and what', async () => {
    const { docker, socket } = await fakeEngine(json({ ServerVersion: '28.5.1', OSType: 'linux' }))
    const { topology } = await askEngine(docker, env)
    expect(topology).toMatch(/^self-hosted Linux runner.*; Docker 28\.5\.1, /)
    expect(topology).toContain(`(unix://${socket})`)
  })

  it('knows Podman behind Docker’s interface', async () => {
    const { docker } = await fakeEngine(json({ ServerVersion: '4.3.1', BuildahVersion: '1.28.2' }))
    expect((await askEngine(docker, env)).topology).toContain('; Podman 4.3.1, ')
  })

  it('refuses an engine of Windows containers', async () => {
    const { docker } = await fakeEngine(json({ ServerVersion: '28.5.1', OSType: 'windows' }))
    await expect(askEngine(docker, env)).rejects.toMatchObject({
      code: 'ACODE-CTN-005',
      message: expect.stringMatching(/Docker 28\.5\.1.*Windows containers/),
    })
  })
})

import { describe, expect, it } from 'vitest'
import { askEngine } from '../../../src/run/context/ask-engine.ts'
import { type Answer, fakeEngine, json } from '../../support/fake-engine.ts'

/** An engine that has none of our containers, wherever the tests run. */
const saying =
  (info: object): Answer =>
  (asked, answer) =>
    (asked.url?.endsWith('/info') ? json(info) : json({ message: 'no such container' }, 404))(asked, answer)

const env = { RUNNER_ENVIRONMENT: 'self-hosted' }

describe('RNR-5, CTN-12 askEngine', () => {
  it('says where the engine is, and what', async () => {
    const { docker, socket } = await fakeEngine(saying({ ServerVersion: '28.5.1', OSType: 'linux' }))
    const { topology } = await askEngine(docker, env)
    expect(topology).toMatch(/^self-hosted Linux runner.*; Docker 28\.5\.1, /)
    expect(topology).toContain(`(unix://${socket})`)
  })

  it('knows Podman behind Docker’s interface', async () => {
    const { docker } = await fakeEngine(saying({ ServerVersion: '4.3.1' }), { isPodman: true })
    expect((await askEngine(docker, env)).topology).toContain('; Podman 4.3.1, ')
  })

  it('refuses an engine of Windows containers', async () => {
    const { docker } = await fakeEngine(saying({ ServerVersion: '28.5.1', OSType: 'windows' }))
    await expect(askEngine(docker, env)).rejects.toMatchObject({
      code: 'ACODE-CTN-005',
      message: expect.stringMatching(/Docker 28\.5\.1.*Windows containers/),
    })
  })
})

import { writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { docker, dockerTry } from '../../support/engine.ts'
import { recordOf } from '../../support/record.ts'
import type { StepResult } from '../../support/runner.ts'
import { TaskJob } from '../../support/task-job.ts'

const base = { network: 'none', workspace: 'bind' }

/** What is made goes when the test is over. */
function removedLater(step: StepResult): StepResult {
  const { image } = step.outputs
  if (image?.startsWith('acode-')) onTestFinished(async () => void (await dockerTry('rmi', '--force', image)))
  return step
}

describe('CTN-8 IMX-1 several toolchains', () => {
  it('are in one image, which a task uses all of, and which is made once', async () => {
    const { job } = await TaskJob.create()
    writeFileSync(path.join(job.workspace, 'main.go'), 'package main\nfunc main() {\n\tprintln("from go")\n}\n')
    const toolchain = 'node@22\ngo@1.24 python@3.13'
    const run = [
      'node -p "\'from node \' + [1, 2].length"',
      'go run main.go',
      'python3 -c "import ssl, sqlite3, ctypes; print(\'from python\', 6 * 7)"',
      'echo "$GOPATH $NODE_VERSION"',
    ].join('\n')
    const first = removedLater(await job.uses({ ...base, toolchain, run }))
    expect(first.outputs.status, first.log).toBe('succeeded')
    expect(first.lines).toEqual(
      expect.arrayContaining(['from node 2', 'from go', 'from python 42', expect.stringMatching(/^\/go 2\d/)]),
    )
    const record = await recordOf(first)
    expect(record.toolchain?.resolved).toBe('node@22 go@1.24 python@3.13')
    const [made] = record.made ?? []
    expect(made).toMatchObject({
      kind: 'composed',
      isBuilt: true,
      tools: { node: expect.stringMatching(/^v2/), go: 'go version go1.24.0 linux/amd64', python: expect.stringMatching(/^Python 3/) },
    })
    expect(first.log).toContain('go: go version go1.24.0')
    const file = await readFile(path.join(path.dirname(first.outputs.record ?? ''), 'composed.Dockerfile'), 'utf8')
    expect(file).toMatch(/^FROM golang:1\.24@sha256:[0-9a-f]{64}$/m)
    expect(file).not.toContain('LABEL')

    const again = await job.uses({ ...base, toolchain, run: 'node -p 1+1' })
    expect(again.outputs.image).toBe(first.outputs.image)
    expect(again.outputs['image-digest']).toBe(first.outputs['image-digest'])
    expect((await recordOf(again)).made?.[0]).toMatchObject({ isBuilt: false, tools: made?.tools })
    expect(await unfinished()).toEqual([])
  })
})

/** Images of ours that are not whole. */
async function unfinished(): Promise<string[]> {
  const text = await docker('images', '--quiet', '--filter', 'label=acode.image.state=building')
  return text.split('\n').filter((line) => line !== '')
}

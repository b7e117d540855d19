import { writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { removedLater } from '../../support/derived-images.ts'
import { pinned } from '../../support/engine.ts'
import { jobs } from '../../support/jobs.ts'
import { recordOf } from '../../support/record.ts'
import { messages } from '../../support/runner.ts'

const base = { network: 'none', workspace: 'bind' }

describe('CTN-8 IMX-1 several toolchains', () => {
  const newJob = jobs()

  it('are in one image, which a task uses all of, and which is made once', async () => {
    const job = await newJob()
    writeFileSync(
      path.join(job.workspace, 'main.go'),
      'package main\n\nfunc main() {\n\tprintln("from go")\n}\n',
    )
    const run = [
      'node -p "\'from node \' + (1 + 1)"',
      'go run main.go',
      'python3 -c "import ssl, sqlite3, ctypes; print(\'from python\', 6 * 7)"',
      'echo "$GOPATH $NODE_VERSION"',
    ].join('\n')
    const toolchain = 'node@22\ngo@1.24 python@3.13'
    const first = await removedLater(await job.uses({ ...base, toolchain, run }))
    expect(first.outputs.status, first.log).toBe('succeeded')
    expect(first.lines).toEqual(
      expect.arrayContaining([
        'from node 2',
        'from go',
        'from python 42',
        expect.stringMatching(/^\/go \d+/),
      ]),
    )
    // A log shows no group within another.
    const groups = first.output.match(/^::(end)?group::/gm) ?? []
    expect(groups).toEqual(groups.map((_, index) => (index % 2 === 0 ? '::group::' : '::endgroup::')))
    const record = await recordOf(first)
    expect(record.toolchain?.resolved).toBe('node@22 go@1.24 python@3.13')
    const [made] = record.made ?? []
    const tools = {
      node: expect.stringMatching(/^v\d+/),
      go: 'go version go1.24.0 linux/amd64',
      python: expect.stringMatching(/^Python 3/),
    }
    expect(made).toMatchObject({ kind: 'composed', isBuilt: true, tools })
    expect(made?.layers).toBeGreaterThan(3)
    expect(first.log).toContain('\ngo: go version go1.24.0')
    const metadata = path.dirname(first.outputs.record ?? '')
    const dockerfile = await readFile(path.join(metadata, path.basename(made?.dockerfile ?? '')), 'utf8')
    expect(dockerfile.split('\n')).toContain(`FROM ${await pinned('golang:1.24')}`)
    expect(dockerfile).not.toContain('LABEL')

    const again = await job.uses({ ...base, toolchain, run: 'node -p 1+1' })
    expect(again.outputs['image-digest']).toBe(first.outputs['image-digest'])
    expect((await recordOf(again)).made).toEqual([{ ...made, isBuilt: false, seconds: undefined }])
  })

  it('are found by auto, and made once for ten tasks at a time', async () => {
    const job = await newJob()
    writeFileSync(path.join(job.workspace, 'go.mod'), 'module x\n\ngo 1.24\n')
    writeFileSync(path.join(job.workspace, '.java-version'), '21\n')
    const running = Array.from({ length: 10 }, () =>
      job.start({ ...base, toolchain: 'auto', run: 'go version && java -version' }),
    )
    const steps = await Promise.all(running.map(({ result }) => result))
    for (const step of steps) expect((await removedLater(step)).outputs.status, step.log).toBe('succeeded')
    const records = await Promise.all(steps.map((step) => recordOf(step)))
    expect(new Set(records.map(({ container }) => container.digest)).size).toBe(1)
    expect(records.filter(({ made }) => made?.[0]?.isBuilt)).toHaveLength(1)
    expect(records[0]?.toolchain).toMatchObject({
      requested: 'auto',
      resolved: 'go@1.24 java@21',
      source: 'go.mod:3, .java-version:1',
    })
  })

  it.each([
    [
      'an image that is beyond a policy',
      { toolchain: 'node@22 go@1.24', 'allowed-images': 'node:*' },
      /golang:1\.24 is beyond/,
    ],
    [
      'two of one kind',
      { toolchain: 'node@22 node@20' },
      /cannot be in one image: one image has one of each/,
    ],
    ['others besides auto', { toolchain: 'auto node@20' }, /names others besides auto/],
  ])('with %s are refused before anything is made', async (_, inputs, message) => {
    const step = await (await newJob()).uses({ ...base, run: 'true', ...inputs })
    expect(messages(step, 'error').join()).toMatch(message)
    expect(step.log).not.toContain('Composing')
  })
})

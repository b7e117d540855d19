import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { removedLater } from '../../support/derived-images.ts'
import { imageName, pinned } from '../../support/engine.ts'
import { recordOf } from '../../support/record.ts'
import { TaskJob } from '../../support/task-job.ts'

const base = { image: imageName.base, workspace: 'none' }
/** A server of Node that answers with a text, and says when it listens. */
const serving = (text: string) =>
  `[node, -e, 'require("http").createServer((_, answer) => answer.end(${text})).listen(80, () => console.log("listening"))']`

describe('BES-1 CTN-8 the image of a service', () => {
  it('is named by toolchains, composed of several, or built', async () => {
    const task = await TaskJob.create()
    const folder = path.join(task.job.workspace, 'pages')
    mkdirSync(folder)
    const lines = [`FROM ${imageName.base}`, 'COPY index.html /www/', 'EXPOSE 80']
    writeFileSync(path.join(folder, 'Dockerfile'), `${lines.join('\n')}\nCMD ["httpd", "-f", "-h", "/www"]\n`)
    writeFileSync(path.join(folder, 'index.html'), 'built\n')
    const step = await removedLater(
      await task.job.uses({
        ...base,
        services: `
one:
  toolchain: node@22
  command: ${serving('"node " + process.version')}
  ready: { log: listening }
both:
  toolchain: node@22 go@1.24
  command: ${serving('require("child_process").execSync("go version")')}
  ready: { log: listening }
built: { build: pages }
`,
        run: 'for name in one both built; do wget -qO- http://$name; echo; done',
      }),
    )
    expect(step.outputs.status, step.log).toBe('succeeded')
    expect(step.lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^node v\d+/),
        'go version go1.24.0 linux/amd64',
        'built',
      ]),
    )
    const { services = [], made, container, toolchain } = await recordOf(step)
    const imageOf = new Map(services.map(({ name, image }) => [name, image]))
    expect(imageOf.get('one')).toBe('node:22-slim')
    expect(imageOf.get('both')).toMatch(/^acode-composed:/)
    expect(imageOf.get('built')).toMatch(/^acode-build:/)
    expect(made?.map(({ kind, image, dockerfile }) => [kind, image, dockerfile]).sort()).toEqual([
      ['built', imageOf.get('built'), 'pages/Dockerfile'],
      ['composed', imageOf.get('both'), 'metadata/composed-both.Dockerfile'],
    ])
    const dockerfile = path.join(path.dirname(step.outputs.record ?? ''), 'composed-both.Dockerfile')
    expect(readFileSync(dockerfile, 'utf8').split('\n')).toContain(`FROM ${await pinned('golang:1.24')}`)
    // The task itself has none of it.
    expect({ image: container.image, toolchain }).toEqual({ image: imageName.base, toolchain: null })
    await task.expectNothingLeft()
  })

  it('is judged as a task’s is, each that it is made of', async () => {
    const { job } = await TaskJob.create()
    const step = await job.uses({
      ...base,
      'allowed-images': 'acode-test/*\nnode:*',
      services: '{ both: { toolchain: node@22 go@1.24 } }',
      run: 'true',
    })
    expect(step.outputs['error-code'], step.log).toBe('ACODE-CTN-011')
    expect((await recordOf(step)).error?.message).toMatch(/golang:1\.24 is beyond the input allowed-images/)
  })

  it('is no development container', async () => {
    const { job } = await TaskJob.create()
    const step = await job.uses({ ...base, services: '{ dev: { toolchain: devcontainer } }', run: 'true' })
    expect(step.outputs['error-code'], step.log).toBe('ACODE-CTN-006')
    expect((await recordOf(step)).error?.message).toMatch(/development container, which only a task has/)
  })
})

import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { removedLater } from '../../support/derived-images.ts'
import { imageName } from '../../support/engine.ts'
import { jobs } from '../../support/jobs.ts'
import { recordOf } from '../../support/record.ts'
import { messages } from '../../support/runner.ts'

const DESCRIPTION = `{
  // The image that people work in.
  "image": "${imageName.user}",
  "remoteUser": "app",
  "containerEnv": { "WHERE": "\${containerWorkspaceFolder}" },
  "remoteEnv": { "PATH": "/opt/mine:\${containerEnv:PATH:/usr/bin:/bin}", },
  "mounts": ["source=\${localWorkspaceFolder}/data,target=/data,type=bind,readonly"],
  "workspaceFolder": "/workspaces/app",
  "onCreateCommand": "sh .devcontainer/tools.sh",
  "postCreateCommand": ["sh", "-c", "echo created > created.txt"],
  "runArgs": ["--hostname", "x"],
}`

describe('IMX-1 toolchain: devcontainer', () => {
  const newJob = jobs()

  it('is the image of devcontainer.json, with its variables, mounts, user and commands', async () => {
    const job = await newJob()
    for (const folder of ['.devcontainer', 'data']) mkdirSync(path.join(job.workspace, folder))
    writeFileSync(path.join(job.workspace, '.devcontainer/devcontainer.json'), DESCRIPTION)
    writeFileSync(
      path.join(job.workspace, '.devcontainer/tools.sh'),
      'mkdir /opt/mine; printf "#!/bin/sh\\necho a tool\\n" >/opt/mine/tool; chmod 755 /opt/mine/tool\n',
    )
    writeFileSync(path.join(job.workspace, 'data/file'), 'mounted\n')
    const run = 'tool\ncat /data/file created.txt\npwd; echo "$WHERE"; id -un'
    const inputs = { toolchain: 'devcontainer', network: 'none', workspace: 'copy', run }
    const step = await removedLater(await job.uses(inputs))
    expect(step.outputs.status, step.log).toBe('succeeded')
    expect(step.lines).toEqual(
      expect.arrayContaining(['a tool', 'mounted', 'created', '/workspaces/app', 'app']),
    )
    expect(messages(step, 'warning').join()).toContain('is what is not done here: runArgs.')
    const { toolchain, made, workspace } = await recordOf(step)
    expect(toolchain).toMatchObject({
      requested: 'devcontainer',
      image: imageName.user,
      source: '.devcontainer/devcontainer.json',
    })
    expect(made?.map(({ kind }) => kind)).toEqual(['setup'])
    expect(workspace?.path).toBe('/workspaces/app')
  })

  it.each([
    ['[{ "remoteUser": "app" }]', ''],
    ['[', 'ACODE-CTN-004'],
  ])('is run as its image says: %s', async (metadata, code) => {
    const job = await newJob()
    mkdirSync(path.join(job.workspace, '.devcontainer'))
    const description = { build: { dockerfile: 'Dockerfile' } }
    writeFileSync(path.join(job.workspace, '.devcontainer/devcontainer.json'), JSON.stringify(description))
    const dockerfile = `FROM ${imageName.user}\nUSER root\nLABEL devcontainer.metadata='${metadata}'\n`
    writeFileSync(path.join(job.workspace, '.devcontainer/Dockerfile'), dockerfile)
    const inputs = { toolchain: 'devcontainer', network: 'none', workspace: 'none', run: 'id -un' }
    const step = await removedLater(await job.uses(inputs))
    expect(step.outputs['error-code'], step.log).toBe(code)
    expect(step.lines.includes('app')).toBe(code === '')
  })
})

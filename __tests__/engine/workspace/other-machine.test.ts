import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { tcpProxy } from '../../support/engine-proxy.ts'
import { jobs } from '../../support/jobs.ts'
import { containersOf, type OtherMachine, otherMachine } from '../../support/other-machine.ts'
import { artifactOf, recordOf } from '../../support/record.ts'
import { messages } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'

const image = imageName.base

describe('an engine that does not see the runner’s files', () => {
  const newJob = jobs()
  let machine: OtherMachine
  const prepare = () => newJob({ env: { DOCKER_HOST: machine.dockerHost } })
  const inputs = { image, network: 'none', workspace: 'none' }

  beforeAll(async () => {
    machine = await otherMachine(image)
    return () => machine.stop()
  })

  const run = `
    ls -A | wc -l; echo 1 >made; mkdir sub; echo 2 >sub/two; wc -c </run/acode/secrets/KEY; id -u
    echo 1 >"$HOME/x"; echo a=1 >>"$GITHUB_OUTPUT"; echo '# sum' >>"$GITHUB_STEP_SUMMARY"
    echo artifact >"$ARTIFACT_DIR/file"; ln -s /etc/passwd "$ARTIFACT_DIR/link"; mkfifo "$ARTIFACT_DIR/pipe"
    ln "$ARTIFACT_DIR/file" "$ARTIFACT_DIR/same"; ln -s sub linked; ln -s /etc out
  `

  it.each(
    someOf(
      [
        ['0:0', 'false'],
        ['1234:2345', 'false'],
        ['0:0', 'true'],
        ['1234:2345', 'true'],
      ],
      2,
      1,
    ),
  )('RUN-7 runs a task of user %s with an empty workspace, read-only root %s', async (user, readOnly) => {
    const job = await prepare()
    const more = {
      user,
      'read-only': readOnly,
      secrets: 'KEY=abcdef',
      artifacts: 'sub/**\nlinked/*\nout/passwd',
    }
    const step = await job.uses({ ...inputs, ...more, run })
    expect(step.outputs, step.output).toMatchObject({ status: 'succeeded', a: '1' })
    expect(step.lines).toEqual(expect.arrayContaining(['0', '6', user.split(':')[0]]))
    expect(step.summary).toContain('# sum')
    expect((await recordOf(step)).artifacts).toEqual(['file', 'linked/two', 'same', 'sub/two'])
    expect(messages(step, 'warning').join()).toMatch(/Left out of the artifacts.* link, pipe, out$/)
    expect(await artifactOf(step, 'file')).toBe('artifact\n')
    expect(step.log).toContain('control folder by volume')
    expect(await containersOf(machine)).toBe('')
  })

  it('RUN-7 has a working directory below an empty workspace made', async () => {
    const step = await (await prepare()).uses({
      ...inputs,
      run: 'pwd; echo 1 >x',
      'working-directory': 'a/b',
      user: '1234',
    })
    expect(step.outputs.status, step.output).toBe('succeeded')
  })

  it('FID-3 has an entry for the task’s user', async () => {
    const step = await (await prepare()).uses({
      ...inputs,
      run: 'echo "who $(whoami) $(id -gn)"',
      user: '1234:2345',
    })
    expect(step.lines, step.output).toContain('who runner runner')
  })

  it('RUN-7 costs a task that deletes its output file only that', async () => {
    const run = 'rm "$GITHUB_OUTPUT"; echo kept >"$ARTIFACT_DIR/kept"'
    const step = await (await prepare()).uses({ ...inputs, run })
    expect(step.outputs.status).toBe('succeeded')
    expect((await recordOf(step)).artifacts).toEqual(['kept'])
  })

  it('RUN-7 refuses a workspace that it cannot see, and says what to do', async () => {
    const step = await (await prepare()).uses({ ...inputs, run: 'true', workspace: 'bind' })
    expect(step.outputs).toMatchObject({ status: 'error', 'error-code': 'ACODE-CTN-010' })
    expect(messages(step, 'error')[0]).toMatch(/does not see the runner’s files.*workspace: (copy|auto)/s)
  })

  it('RUN-7 refuses mounts that it cannot see, and says so', async () => {
    const job = await prepare()
    mkdirSync(path.join(job.workspace, 'data'))
    const step = await job.uses({ ...inputs, run: 'true', mounts: 'data:/data' })
    expect(step.outputs).toMatchObject({ status: 'error', 'error-code': 'ACODE-CTN-010' })
    expect(messages(step, 'error')[0]).toContain('mounts')
  })
})

describe('the engine of this machine over TCP', () => {
  const newJob = jobs()

  it('RUN-7 is used as DOCKER_HOST says, with the runner’s own workspace', async () => {
    const engine = await tcpProxy()
    const job = await newJob({ env: { DOCKER_HOST: engine.dockerHost } })
    const step = await job.uses({ image, run: 'pwd; echo a=1 >>"$GITHUB_OUTPUT"' })
    await engine.stop()
    expect(step.lines).toContain(job.workspace)
    expect(step.outputs).toMatchObject({ status: 'succeeded', a: '1' })
  })
})

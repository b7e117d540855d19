import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { type EngineProxy, groupProxy } from '../../support/engine-proxy.ts'
import { jobs } from '../../support/jobs.ts'
import { artifactOf, recordOf } from '../../support/record.ts'
import { messages } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'

const image = imageName.base
const GROUP = 2375
const user = { uid: 1501, gid: 1502, groups: [GROUP] }

// Needs root: the runner of these tests is started as another user.
describe('on a runner that is not root', () => {
  let engine: EngineProxy
  const newJob = jobs()
  const prepare = () => newJob({ user, env: { DOCKER_HOST: engine.dockerHost } })

  beforeAll(async () => {
    engine = await groupProxy(GROUP)
    return () => engine.stop()
  })

  it('IMG-3 the task has the runner’s uid and gid and no further groups', async () => {
    const step = await (await prepare()).uses({ image, run: 'id -u; id -g; grep ^Groups: /proc/self/status' })
    expect(step.lines).toEqual(expect.arrayContaining(['1501', '1502']))
    expect(step.lines.find((line) => line.startsWith('Groups:'))?.trim()).toMatch(/^Groups:(\s+1502)?$/)
    expect(await recordOf(step)).toMatchObject({ status: 'succeeded', container: { user: '1501:1502' } })
  })

  it('IMG-3 what it writes in the workspace belongs to the runner', async () => {
    const job = await prepare()
    const step = await job.uses({
      image,
      run: 'mkdir made && echo 1 >made/file && chmod 700 made',
      workspace: 'bind',
    })
    expect(step.failed, step.output).toBe(false)
    for (const name of ['made', 'made/file']) {
      const { uid, gid } = statSync(path.join(job.workspace, name))
      expect({ name, uid, gid }).toEqual({ name, uid: 1501, gid: 1502 })
    }
  })

  it('IMG-3 its HOME, its control folder and /tmp are its own to write, the rest of the image is not', async () => {
    const run = `
      echo "home $HOME"; cd "$HOME"; echo 1 >.profile; mkdir .cache
      echo 1 >/tmp/x; echo 1 >"$ARTIFACT_DIR/x"; echo a=1 >>"$GITHUB_OUTPUT"
      if echo 1 2>/dev/null >/etc/x; then echo 'wrote /etc'; fi
      if echo 1 2>/dev/null >/root/x; then echo 'wrote /root'; fi
    `
    const step = await (await prepare()).uses({ image, run })
    expect(step.lines).toContain('home /run/acode/home')
    expect(step.output).not.toContain('wrote')
    expect(step.outputs).toMatchObject({ status: 'succeeded', a: '1' })
    expect((await recordOf(step)).cleanup.failed).toEqual([])
  })

  it('RUN-5 it can read its secrets, and its record is whole', async () => {
    const run = 'ls -l /run/acode/secrets; wc -c </run/acode/secrets/KEY; echo 1 >"$ARTIFACT_DIR/a"'
    const step = await (await prepare()).uses({ image, run, secrets: 'KEY=0123456789' })
    expect(step.output).toMatch(/^-r-------- .* KEY$/m)
    expect(step.lines).toContain('10')
    expect(await artifactOf(step, 'a')).toBe('1\n')
  })

  it.each(someOf(['0', '0:0', '00'], 1, 2))(
    'IMG-3 root (user: %s) is refused in profile strict',
    async (root) => {
      const step = await (await prepare()).uses({ image, run: 'true', user: root })
      expect(step.outputs, step.output).toMatchObject({ status: 'error', 'error-code': 'ACODE-CTN-011' })
      expect(step.outputs['container-id']).toBe('')
    },
  )

  it('IMG-3 the user of an image that has none, root, is refused in profile strict', async () => {
    const step = await (await prepare()).uses({ image, run: 'true', user: 'image' })
    expect(step.outputs['error-code']).toBe('ACODE-CTN-011')
    expect(messages(step, 'error')[0]).toContain('profile: standard')
  })

  it('IMG-3 root in profile standard leaves nothing that the runner cannot remove', async () => {
    const run = `
      id -u; mkdir -p "$HOME/deep/er"; echo 1 >"$HOME/deep/er/x"; chmod 700 "$HOME/deep"
      echo 1 >"$ARTIFACT_DIR/mine"; chmod 600 "$ARTIFACT_DIR/mine"; echo a=1 >>"$GITHUB_OUTPUT"
      mkdir -p deep/er; echo 1 >deep/er/x
    `
    const inputs = { image, run, user: '0', profile: 'standard', workspace: 'none' }
    const step = await (await prepare()).uses(inputs)
    expect(step.lines).toContain('0')
    expect(step.outputs).toMatchObject({ status: 'succeeded', a: '1' })
    expect(await artifactOf(step, 'mine')).toBe('1\n')
    expect((await recordOf(step)).cleanup).toMatchObject({ failed: [] })
  })

  it('IMG-3 the image’s own named user, in folders that are its own', async () => {
    const run =
      'id -u; id -g; echo 1 >"$HOME/x"; echo 1 >file; cat /run/acode/secrets/KEY | wc -c; echo a=1 >>"$GITHUB_OUTPUT"'
    const inputs = { image: imageName.user, user: 'image', workspace: 'none', secrets: 'KEY=abcdef' }
    const step = await (await prepare()).uses({ ...inputs, run })
    expect(step.outputs, step.output).toMatchObject({ status: 'succeeded', a: '1' })
    expect(step.lines.filter((line) => line === '1000')).toHaveLength(2)
    expect(await recordOf(step)).toMatchObject({ container: { user: 'app' }, cleanup: { failed: [] } })
  })

  it('IMG-3 a working directory that is not there leaves nothing of root’s in the workspace', async () => {
    const job = await prepare()
    const step = await job.uses({ image, run: 'pwd', 'working-directory': 'not/there' })
    expect(step.outputs['error-code']).toBe('ACODE-CTN-006')
    expect(messages(step, 'error')[0]).toContain('not/there')
    expect(() => statSync(path.join(job.workspace, 'not'))).toThrow('ENOENT')
  })

  it('IMG-3 a working directory in an empty workspace is made, for the task to write', async () => {
    const inputs = { image, run: 'pwd; echo 1 >x', 'working-directory': 'not/there', workspace: 'none' }
    const step = await (await prepare()).uses(inputs)
    expect(step.failed, step.output).toBe(false)
    expect((await recordOf(step)).cleanup.failed).toEqual([])
  })

  it('IMG-3 a working directory that is there is the runner’s still', async () => {
    const job = await prepare()
    mkdirSync(path.join(job.workspace, 'sub'))
    writeFileSync(path.join(job.workspace, 'sub/in'), 'x')
    job.chown()
    const step = await job.uses({
      image,
      run: 'pwd; cat in; echo 1 >out',
      'working-directory': 'sub',
      workspace: 'bind',
    })
    expect(step.lines).toContain(path.join(job.workspace, 'sub'))
    expect(statSync(path.join(job.workspace, 'sub/out')).uid).toBe(1501)
  })

  it('ACT-5 post removes and uploads as that user', async () => {
    const step = await (await prepare()).uses({ image, run: 'true' })
    const post = await step.post()
    expect(post.failed).toBe(false)
    expect(messages(post, 'warning')).toEqual([expect.stringContaining('ECONNREFUSED')])
  })
})

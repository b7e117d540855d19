import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { messages } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'
import { TaskJob } from '../../support/task-job.ts'
import { unprivileged } from '../../support/unprivileged.ts'

const SAY = 'echo "who $(whoami) $(id -un) $(id -gn) $USER $LOGNAME"; grep -c . /etc/passwd; echo "home ~"'

describe('FID-3 the task’s user exists', () => {
  it.each(
    someOf(
      [
        ['the runner’s', {}, /^who (\S+) \1 \S+ \1 \1$/],
        ['a uid without a user', { user: '4711:4712' }, /^who runner runner runner runner runner$/],
        ['the image’s', { user: 'app', image: imageName.user }, /^who app app app app app$/],
        ['root', { user: 'root', profile: 'standard' }, /^who root root root root root$/],
      ],
      3,
    ),
  )('as %s', async (_, inputs, line) => {
    const task = await TaskJob.create(await unprivileged())
    const step = await task.job.uses({ image: imageName.base, workspace: 'none', run: SAY, ...inputs })
    expect(step.outputs.status, step.output).toBe('succeeded')
    expect(step.lines).toContainEqual(expect.stringMatching(line))
    await task.expectNothingLeft()
  })

  it.each(someOf(['', '4711:4712'], 1, 1))('over a read-only root, as %j', async (user) => {
    const task = await TaskJob.create(await unprivileged())
    const step = await task.job.uses({ image: imageName.base, 'read-only': 'true', run: SAY, user })
    expect(step.outputs.status, step.output).toBe('succeeded')
    expect(step.lines).toContainEqual(expect.stringMatching(/^who (\S+) \1 \S+ \1 \1$/))
  })

  it('for programs that ask by their library', async () => {
    const task = await TaskJob.create(await unprivileged())
    const run =
      'const { username, homedir } = require("node:os").userInfo(); console.log("is", username, homedir)'
    const step = await task.job.uses({ image: 'node:22-slim', user: '4711', run, shell: 'node {0}' })
    expect(step.lines, step.output).toContain('is runner /run/acode/home')
  })
})

describe('FID-3 the task’s HOME', () => {
  const inputs = { image: imageName.base, workspace: 'none', network: 'none' }

  it('takes mounts and caches below the fresh one, and leaves nothing on the runner', async () => {
    const task = await TaskJob.create(await unprivileged())
    mkdirSync(path.join(task.job.workspace, 'settings'))
    writeFileSync(path.join(task.job.workspace, 'npmrc'), 'of the runner\n')
    task.job.chown()
    const home = '/run/acode/home'
    const mounts = `settings:${home}/.config/deep\nnpmrc:${home}/.npmrc:ro`
    const cache = { 'cache-volumes': `home-below:${home}/.cache` }
    const run = `set -e; cat ~/.npmrc; echo 1 >~/.config/deep/made; echo 1 >~/.config/own; echo 1 >~/.cache/x; echo 1 >~/own`
    const step = await task.job.uses({ ...inputs, ...cache, mounts, run })
    expect(step.outputs.status, step.output).toBe('succeeded')
    expect(step.lines).toContain('of the runner')
    expect(readFileSync(path.join(task.job.workspace, 'settings/made'), 'utf8')).toBe('1\n')
    await task.expectNothingLeft()
  })

  it('is the image’s where the task runs as its user, and fresh over a read-only root', async () => {
    const task = await TaskJob.create(await unprivileged())
    const run = 'echo "home $HOME"; cp /proc/self/exe /tmp/busybox && /tmp/busybox echo "runs in /tmp"'
    const image = { ...inputs, image: imageName.user, user: 'image', run }
    expect((await task.job.uses(image)).lines).toContain('home /home/app')
    const readOnly = await task.job.uses({ ...image, 'read-only': 'true' })
    expect(readOnly.lines, readOnly.output).toContain('home /run/acode/home')
    expect(readOnly.lines, readOnly.output).toContain('runs in /tmp')
  })
})

describe('FID-3 the run’s event and its references', () => {
  it('are in the task, and what it writes for later steps stays there', async () => {
    const task = await TaskJob.create({ github: { GITHUB_HEAD_REF: 'topic', GITHUB_BASE_REF: 'main' } })
    const event = task.job.variable('GITHUB_EVENT_PATH')
    writeFileSync(event, '{"number": 7}')
    const run = `cat "$GITHUB_EVENT_PATH"; echo " $GITHUB_HEAD_REF $GITHUB_BASE_REF $GITHUB_REF_TYPE"
      echo A=1 >>"$GITHUB_ENV"; echo /x >>"$GITHUB_PATH"; echo "{}" >"$ARTIFACT_DIR/x"`
    const step = await task.job.uses({ image: imageName.base, workspace: 'none', run })
    expect(step.outputs.status, step.output).toBe('succeeded')
    expect(step.lines).toContain('{"number": 7} topic main branch')
    expect(messages(step, 'notice').join()).toContain('$GITHUB_ENV and $GITHUB_PATH stays in the task')
    expect(readFileSync(event, 'utf8')).toBe('{"number": 7}')
  })
})

describe('FID-3 export-env', () => {
  const inputs = { image: imageName.base, workspace: 'none', network: 'none', 'export-env': 'true' }

  it('passes what the task wrote to GITHUB_ENV and GITHUB_PATH to later steps', async () => {
    const task = await TaskJob.create()
    const run = `echo A=1 >>"$GITHUB_ENV"; printf 'B<<E\\nx\\ny\\nE\\nNODE_OPTIONS=x\\nACODE_ALLOW=privileged\\n' >>"$GITHUB_ENV"
      echo /opt/bin >>"$GITHUB_PATH"; echo "$GITHUB_WORKSPACE/bin" >>"$GITHUB_PATH"`
    const step = await task.job.uses({ ...inputs, 'workspace-path': '/w', run })
    expect(step.outputs.status, step.output).toBe('succeeded')
    expect(step.env).toEqual({ A: '1', B: 'x\ny' })
    expect(step.paths).toEqual(['/opt/bin', `${task.job.workspace}/bin`])
    expect(messages(step, 'warning').join()).toMatch(/NODE_OPTIONS is not the task’s.*ACODE_ALLOW/s)
    expect(messages(step, 'notice').join()).not.toContain('stays in the task')
  })

  it('fails a task that writes a line which is none, as a step of GitHub’s', async () => {
    const task = await TaskJob.create()
    const step = await task.job.uses({ ...inputs, run: 'printf "A=1\\nbad\\nB=2\\n" >>"$GITHUB_ENV"' })
    expect(step.outputs).toMatchObject({ status: 'failed', 'error-code': 'ACODE-CTN-006' })
    expect(step.env).toEqual({ A: '1' })
  })
})

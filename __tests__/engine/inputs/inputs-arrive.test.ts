import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { docker, dockerTry, imageName } from '../../support/engine.ts'
import { jobs } from '../../support/jobs.ts'
import { makeContainer } from '../../support/managed-container.ts'
import { logOf } from '../../support/record.ts'
import { messages } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'
import { TaskJob } from '../../support/task-job.ts'
import { unprivileged } from '../../support/unprivileged.ts'

const image = imageName.base
const invalid = { status: 'error', 'error-code': 'ACODE-CTN-006' }

/** An image with these settings, gone when the test is over. */
async function imageWith(name: string, ...changes: string[]): Promise<string> {
  const id = await makeContainer(`${name}-made`)
  onTestFinished(async () => {
    await dockerTry('rmi', '--force', name)
  })
  await docker('commit', ...changes.flatMap((change) => ['--change', change]), id, name)
  return name
}

describe('FID-1 what runs', () => {
  const newJob = jobs()
  const textOf = async (inputs: Record<string, string>) => {
    const step = await (await newJob()).uses(inputs)
    expect(step.outputs.status, step.output).toBe('succeeded')
    return (await logOf(step)).toString()
  }

  it('is the image’s own command where the task names none', async () => {
    const own = await imageWith('acode-own-command', 'CMD ["echo", "own  words"]')
    expect(await textOf({ image: own })).toBe('own  words\n')
    expect(await textOf({ image: own, command: '[echo, other]' })).toBe('other\n')
  })

  it('is the image’s command without its entrypoint where entrypoint is []', async () => {
    const own = await imageWith('acode-own-entry', 'ENTRYPOINT ["echo", "entry"]', 'CMD ["echo", "command"]')
    expect(await textOf({ image: own })).toBe('entry echo command\n')
    expect(await textOf({ image: own, entrypoint: '[]' })).toBe('command\n')
    expect(await textOf({ image: own, entrypoint: '[]', command: '[echo, given]' })).toBe('given\n')
  })

  it('has to be something', async () => {
    const none = 'acode-no-command'
    onTestFinished(async () => {
      await dockerTry('rmi', '--force', none)
    })
    execFileSync('sh', ['-c', `tar --create --files-from /dev/null | docker import - ${none}`])
    const step = await (await newJob()).uses({ image: none })
    expect(step.outputs, step.output).toMatchObject(invalid)
    expect(messages(step, 'error')[0]).toContain('Write run')
  })

  it('is process 1 with init: false', async () => {
    expect(await textOf({ image, init: 'false', command: '[sh, -c, "echo $$"]' })).toBe('1\n')
  })

  it('is no reference with docker:// before it, and says so', async () => {
    const step = await (await newJob()).uses({ image: `docker://${image}`, run: 'true' })
    expect(step.outputs).toMatchObject(invalid)
    expect(messages(step, 'error')[0]).toContain('docker://')
  })

  it('has secrets of several lines with the newline at their end', async () => {
    const secrets = 'KEY<<END\n-----BEGIN KEY-----\nabcdefgh\n-----END KEY-----\nEND\nONE=x'
    expect(
      await textOf({ image, secrets, run: 'wc -l </run/acode/secrets/KEY; wc -c </run/acode/secrets/ONE' }),
    ).toBe('3\n1\n')
  })
})

describe('FID-1 options', () => {
  const newJob = jobs()

  it('are passed as they are written, without what is so anyway', async () => {
    const options = `--rm -it --init --hostname 'a-b' \\\n  --health-cmd 'echo "\${X" "x\${A}b" \\'`
    const step = await (await newJob()).uses({ image, run: 'hostname', options })
    expect(step.outputs.status, step.output).toBe('succeeded')
    expect(step.lines).toContain('a-b')
    expect(messages(step, 'notice').join()).toContain('--rm -i -t --init')
  })

  it.each(someOf([`--hostname 'a`, '--hostname "a', '--hostname a\\', '--hostname $(id)'], 2, 1))(
    'that are quoted wrongly are an error of the task: %j',
    async (options) => {
      const step = await (await newJob()).uses({ image, run: 'true', options })
      expect(step.outputs, step.output).toMatchObject(invalid)
      expect(messages(step, 'error').join()).toContain('The input options cannot be used')
    },
  )

  it('are reported with all else that is wrong, in one error', async () => {
    const task = 'container: { comand: [x], timeoutSeconds: soon, mounts: [{ source: /proc, target: /p }] }'
    const inputs = {
      image,
      task,
      network: 'host',
      shell: '/bin/sh',
      run: 'x',
      options: '--privileged --pid host',
    }
    const step = await (await newJob()).uses({ ...inputs, cpus: 'two' })
    expect(step.outputs).toMatchObject({ status: 'error', 'error-code': 'ACODE-CTN-011' })
    const [error, ...others] = messages(step, 'error')
    expect(others).toEqual([])
    for (const part of [
      'comand',
      'timeoutSeconds',
      '/proc',
      'host',
      '/bin/sh',
      '--privileged',
      '--pid',
      'cpus',
    ])
      expect.soft(error).toContain(part)
  })
})

describe('FID-1 working-directory', () => {
  const newJob = jobs()
  it.each(someOf(['no/such', '/no/such', '/etc/passwd', '/mounted/no/such'], 2, 1))(
    '%s, which is nowhere, is an error',
    async (workdir) => {
      const job = await newJob()
      mkdirSync(path.join(job.workspace, 'data'))
      const step = await job.uses({
        image,
        run: 'pwd',
        'working-directory': workdir,
        mounts: 'data:/mounted',
      })
      expect(step.outputs, step.output).toMatchObject(invalid)
      expect(messages(step, 'error')[0]).toContain('correct working-directory')
    },
  )

  it.each(someOf(['/', '/etc', '/mounted/sub', '/run/acode/home', '/memory', '/cached'], 3, 1))(
    '%s is there',
    async (workdir) => {
      const job = await newJob()
      mkdirSync(path.join(job.workspace, 'data/sub'), { recursive: true })
      const inputs = {
        mounts: 'data:/mounted',
        options: '--tmpfs /memory:size=1m',
        'cache-volumes': 'c1:/cached',
      }
      const step = await job.uses({ image, run: 'pwd', 'working-directory': workdir, ...inputs })
      expect(step.outputs.status, step.output).toBe('succeeded')
      expect(step.lines).toContain(workdir)
    },
  )
})

describe('FID-1 user by name, for an ordinary runner', () => {
  const inputs = { network: 'none', workspace: 'none', run: 'echo "ids $(id -u) $(id -G)"' }
  it.each(
    someOf(
      [
        ['app', 'ids 1000 1000'],
        ['app:app', 'ids 1000 1000'],
        ['1000:app', 'ids 1000 1000'],
      ],
      2,
    ),
  )('%s is who the image says', async (user, line) => {
    const task = await TaskJob.create(await unprivileged())
    const step = await task.job.uses({ ...inputs, image: imageName.user, user })
    expect(step.lines, step.output).toContain(line)
    await task.expectNothingLeft()
  })

  it('root is root where the profile lets it', async () => {
    const task = await TaskJob.create(await unprivileged())
    const step = await task.job.uses({ ...inputs, image, user: 'root', profile: 'standard' })
    expect(step.lines.join(), step.output).toContain('ids 0')
  })

  it.each([
    ['root', 'ACODE-CTN-011'],
    ['nobody-of-this-name', 'ACODE-CTN-006'],
    ['app:no-such-group', 'ACODE-CTN-006'],
  ])('%s is refused in profile strict', async (user, code) => {
    const task = await TaskJob.create(await unprivileged())
    const step = await task.job.uses({ ...inputs, image: imageName.user, user })
    expect(step.outputs, step.output).toMatchObject({ status: 'error', 'error-code': code })
    await task.expectNothingLeft()
  })
})

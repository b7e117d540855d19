import { describe, expect, it, onTestFinished } from 'vitest'
import { docker, dockerTry } from '../../support/engine.ts'
import { makeContainer } from '../../support/managed-container.ts'
import { recordOf } from '../../support/record.ts'
import { messages } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'
import { TaskJob } from '../../support/task-job.ts'
import { unprivileged } from '../../support/unprivileged.ts'

const PASSWD = [
  'root:x:0:0:root:/:/bin/sh',
  'toor:x:0:0::/:/bin/sh',
  '1000:x:0:0:digits for a name:/:/bin/sh',
  'app:x:1500:1501::/:/bin/sh',
  'wheel:x:1600:0::/:/bin/sh',
]
const GROUP = ['root:x:0:', 'video:x:44:app', 'app:x:1501:']

/** The base image with users and `USER`, gone when the test is over. */
async function imageWith(user: string, task: TaskJob): Promise<string> {
  const [name, image] = [`users-of-${task.session}`, `acode-users-${task.session}`]
  const file = (lines: string[], to: string) => `printf '%s\\n' '${lines.join("' '")}' >${to}`
  onTestFinished(async () => {
    await dockerTry('rmi', '--force', image)
  })
  const id = await makeContainer(name)
  await docker(
    'exec',
    '-u',
    '0',
    id,
    'sh',
    '-c',
    `${file(PASSWD, '/etc/passwd')}; ${file(GROUP, '/etc/group')}`,
  )
  await docker('commit', '--change', `USER ${user}`, id, image)
  return image
}

const inputs = { network: 'none', workspace: 'none', user: 'image', run: 'echo "ids $(id -u) $(id -G)"' }

describe('IMG-3 user: image, for an ordinary runner', () => {
  it.each(
    someOf(
      [
        ['+0', 'ACODE-CTN-011'],
        ['-0', 'ACODE-CTN-011'],
        ['0x0', 'ACODE-CTN-006'],
        ['00', 'ACODE-CTN-011'],
        ['0:0', 'ACODE-CTN-011'],
        ['root:app', 'ACODE-CTN-011'],
        ['toor', 'ACODE-CTN-011'],
        ['wheel', 'ACODE-CTN-011'],
        ['app:root', 'ACODE-CTN-011'],
        ['app:0', 'ACODE-CTN-011'],
        ['nobody', 'ACODE-CTN-006'],
        ['app:nobody', 'ACODE-CTN-006'],
      ],
      4,
      1,
    ),
  )('refuses USER %s in profile strict, and leaves nothing', async (user, code) => {
    const task = await TaskJob.create(await unprivileged())
    const result = await task.job.uses({ ...inputs, image: await imageWith(user, task) })
    expect(result.outputs, result.log).toMatchObject({ status: 'error', 'error-code': code })
    expect(messages(result, 'error').join()).toMatch(/Use user: runner/)
    expect((await result.post()).annotations).toEqual([])
    await task.expectNothingLeft()
  })

  it.each(
    someOf(
      [
        ['app', 'ids 1500 1501 44', '1500:1501'],
        ['app:video', 'ids 1500 44', '1500:44'],
        ['1500', 'ids 1500 1501 44', '1500:1501'],
        ['1000', 'ids 1000 1000', '1000:1000'],
        ['1700:1700', 'ids 1700 1700', '1700:1700'],
      ],
      3,
    ),
  )('gives the engine the numbers of USER %s', async (user, line, option) => {
    const task = await TaskJob.create({ ...(await unprivileged()), runner: { RUNNER_DEBUG: '1' } })
    const result = await task.job.uses({ ...inputs, image: await imageWith(user, task) })
    expect(result.lines, result.log).toContain(line)
    expect(result.debug.join()).toContain(`--user ${option} `)
    expect((await recordOf(result)).container.user).toBe(user)
    await task.expectNothingLeft()
  })
})

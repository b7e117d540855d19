import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { folderOf, recordOf } from '../../support/record.ts'
import { messages } from '../../support/runner.ts'
import { TRIES_TIMEOUT_MS, tries } from '../../support/slow.ts'
import { TaskJob } from '../../support/task-job.ts'
import { unprivileged } from '../../support/unprivileged.ts'

const image = imageName.base
/** With a user that is not the runner's the control folder is a volume, else a folder of the runner. */
const WAYS: [string, Record<string, string>][] = [
  ['a folder of the runner', {}],
  ['a volume', { user: '4321' }],
]

describe('RUN-8 the budget of collecting', () => {
  it.each(WAYS)(
    'takes what fits of $ARTIFACT_DIR in %s, and names the rest in log and record',
    async (_, inputs) => {
      const task = await TaskJob.create(await unprivileged())
      const run = `
      cd "$ARTIFACT_DIR"; echo small >small; truncate -s 50G huge; echo a=1 >>"$GITHUB_OUTPUT"
      truncate -s 200M sparse
    `
      const step = await task.job.uses({
        image,
        run,
        workspace: 'none',
        'collect-max-bytes': '300m',
        ...inputs,
      })
      expect(step.outputs, step.output).toMatchObject({ status: 'succeeded', a: '1' })
      const { collection } = await recordOf(step)
      expect(collection?.exceeded).toEqual(expect.arrayContaining(['bytes']))
      expect(collection?.leftOut.names).toContainEqual(expect.stringMatching(/huge$/))
      expect(messages(step, 'warning').join()).toMatch(/Not all .*collect-max-bytes.*huge/)
      await step.post()
      expect(task.uploaded().status).toBe('succeeded')
    },
  )

  it('leaves sparse files sparse', async () => {
    const task = await TaskJob.create()
    const run = 'truncate -s 1G "$ARTIFACT_DIR/sparse" found.bin; echo end >>found.bin'
    const inputs = { image, run, workspace: 'bind', artifacts: '*.bin', upload: 'never' }
    const step = await task.job.uses(inputs)
    expect((await recordOf(step)).artifacts).toEqual(['found.bin', 'sparse'])
    for (const name of ['found.bin', 'sparse']) {
      const found = statSync(path.join(folderOf(step), 'artifacts', name))
      expect(found.size).toBeGreaterThanOrEqual(1024 ** 3)
      expect(found.blocks * 512).toBeLessThan(1024 ** 2)
    }
  })

  it(
    'takes thousands of empty files',
    async () => {
      const task = await TaskJob.create()
      const files = tries(5_000, 50_000)
      const run = `cd "$ARTIFACT_DIR"; seq ${files} | xargs touch`
      const step = await task.job.uses({ image, run, workspace: 'none', upload: 'never' })
      expect((await recordOf(step)).collection).toMatchObject({ artifacts: files, exceeded: [] })
    },
    TRIES_TIMEOUT_MS,
  )

  it.each(['overlay', 'copy'])(
    'fails a task whose changes are not complete, and applies nothing (%s)',
    async (workspace) => {
      const task = await TaskJob.create()
      const run = 'truncate -s 1G huge; echo small >small; echo fine >"$ARTIFACT_DIR/fine"'
      const inputs = { workspace, changes: 'apply', 'collect-max-bytes': '100m' }
      const step = await task.job.uses({ image, run, ...inputs })
      expect(step.outputs).toMatchObject({ status: 'error', 'error-code': 'ACODE-CTN-010', patch: '' })
      expect(messages(step, 'error')[0]).toMatch(/not complete.*collect-max-bytes.*huge.*raise the limit/s)
      expect(() => statSync(path.join(task.job.workspace, 'small'))).toThrow('ENOENT')
      expect(await recordOf(step)).toMatchObject({ artifacts: ['fine'], collection: { exceeded: ['bytes'] } })
    },
  )

  it.each(['overlay', 'copy'])('counts a file once for each of its names (%s)', async (workspace) => {
    const task = await TaskJob.create()
    const run = 'truncate -s 30M one; for i in 1 2 3 4; do ln one also-$i; done'
    const inputs = { workspace, changes: 'apply', 'collect-max-bytes': '100m' }
    const step = await task.job.uses({ image, run, ...inputs })
    expect(step.outputs).toMatchObject({ status: 'error', 'error-code': 'ACODE-CTN-010', patch: '' })
    expect(messages(step, 'error')[0]).toMatch(/not complete.*collect-max-bytes/s)
  })

  it('is no matter of a task that discards its changes', async () => {
    const task = await TaskJob.create()
    const inputs = { workspace: 'overlay', changes: 'discard', 'collect-max-bytes': '100m' }
    const step = await task.job.uses({ image, run: 'truncate -s 1G huge', ...inputs })
    expect(step.outputs.status, step.output).toBe('succeeded')
  })
})

describe('RUN-8 names that the artifact client refuses', () => {
  it.each(WAYS)('cost no record: files in %s travel under another', async (_, inputs) => {
    const task = await TaskJob.create(await unprivileged())
    const run = `
      cd "$ARTIFACT_DIR"; echo 1 >'login: ok?.png'; mkdir 'a"b'; echo 2 >'a"b/<c>|*'
      echo 3 >"$(printf 'line\\r\\nend')"; echo 4 >"$(printf 'caf\\351')"; echo 5 >"$(printf '%0255d' 0)"
    `
    const step = await task.job.uses({ image, run, workspace: 'none', ...inputs })
    const post = await step.post()
    expect(post.annotations, post.output).toEqual([])
    const { artifacts, collection } = task.uploaded()
    expect(artifacts).toHaveLength(5)
    expect(collection?.renamed).toHaveLength(4)
    for (const { name, file } of collection?.renamed ?? []) {
      expect(artifacts).toContain(name)
      expect(task.file(`container/artifacts/${file}`)).toMatch(/^[1-4]\n$/)
    }
    expect(collection?.renamed).toContainEqual({ name: 'login: ok?.png', file: 'login%3A ok%3F.png' })
  })
})

describe('RUN-5 secrets in what a task left', () => {
  it('are a warning that names where, and nowhere their value', async () => {
    const task = await TaskJob.create()
    const run = `
      secret=$(cat /run/acode/secrets/TOKEN); cd "$ARTIFACT_DIR"
      echo "x $secret y" >leak.txt; echo fine >fine.txt; : >"name-$secret"; echo "$secret" >"$GITHUB_WORKSPACE/leaked"
    `
    const step = await task.job.uses({ image, run, secrets: 'TOKEN=tell-nobody-1234' })
    expect(step.outputs.status, step.output).toBe('succeeded')
    const warning = messages(step, 'warning').join('\n')
    expect(warning).toMatch(/Secrets of the task are in what it left/)
    expect(warning).toContain('artifacts/leak.txt')
    expect(warning).toMatch(/changes\.(patch|tar)/)
    expect(warning).toContain('name-***')
    expect(warning).not.toContain('fine.txt')
    expect(messages(step, 'warning').join()).not.toContain('tell-nobody')
    expect(readFileSync(step.outputs.record ?? '', 'utf8')).not.toContain('tell-nobody')
  })
})

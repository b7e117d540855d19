import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { docker, imageName } from '../../support/engine.ts'
import { recordOf } from '../../support/record.ts'
import { TaskJob } from '../../support/task-job.ts'

const COUNT = 32

it('CTN-4 32 tasks at once have their own containers, names and control folders', async () => {
  const task = await TaskJob.create()
  const run = `
    echo "$ACODE_TASK" >/tmp/own; echo "$ACODE_TASK" >"$HOME/own"; echo "$ACODE_TASK" >"$ARTIFACT_DIR/own"
    echo "me=$ACODE_TASK" >>"$GITHUB_OUTPUT"
    echo at work
    while [ ! -e all ]; do sleep 0.2; done
    cat /tmp/own "$HOME/own"
  `
  const ids = Array.from({ length: COUNT }, (_, index) => `leg-${index}`)
  const steps = ids.map((id) =>
    task.job.start({
      image: imageName.base,
      network: 'none',
      workspace: 'bind',
      run,
      'task-id': id,
      user: '4321',
    }),
  )
  // All at once, so none has ended when the last one starts.
  await Promise.all(steps.map((step) => step.sees(/^at work/m)))
  const running = await task.containers()
  expect(running.map(({ name }) => name).sort()).toEqual(
    ids.map((id) => `acode-${task.session}-${id}`).sort(),
  )
  expect(new Set(await Promise.all(running.map(({ id }) => controlFolderOf(id)))).size).toBe(COUNT)
  writeFileSync(path.join(task.job.workspace, 'all'), '')

  const results = await Promise.all(steps.map(({ result }) => result))
  for (const [index, result] of results.entries()) {
    const id = ids[index]
    expect(await recordOf(result), result.log).toMatchObject({ status: 'succeeded', task: id })
    expect(result.output).toContain(`at work\n${id}\n${id}\n`)
    expect(result.outputs.me).toBe(id)
    const artifact = path.join(result.outputs.record ?? '', '../../artifacts/own')
    expect(readFileSync(artifact, 'utf8')).toBe(`${id}\n`)
  }
  for (const post of await Promise.all(results.map((result) => result.post())))
    expect(post.failed).toBe(false)
  expect([...task.artifacts.artifacts.keys()].sort()).toEqual(running.map(({ name }) => name).sort())
  await task.expectNothingLeft()
}, 300_000)

/** What is mounted at the control folder: a folder of the runner, or a volume. */
async function controlFolderOf(container: string): Promise<string> {
  const format = '{{range .Mounts}}{{if eq .Destination "/run/acode"}}{{.Source}}{{end}}{{end}}'
  const source = await docker('container', 'inspect', '--format', format, container)
  expect(source).not.toBe('')
  return source
}

import { globSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { messages } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'
import { TaskJob } from '../../support/task-job.ts'
import { unprivileged } from '../../support/unprivileged.ts'

const image = imageName.base

/** A shell function that nests folders deeper than any path can be long. */
const NEST = `
  nest() {
    name=$(printf 'd%.0s' $(seq 200)); i=0
    while [ $i -lt 120 ]; do mkdir $name && cd -P $name; i=$((i + 1)); done
    cd -P "$1"
  }
`

/** What a task leaves to keep its record from being uploaded. */
const WAYS: readonly (readonly [string, string])[] = [
  ['folders in HOME that are nested deeper than paths can be long', `${NEST} cd -P "$HOME"; nest "$HOME"`],
  [
    'such folders among the artifacts, with a file at their end',
    `${NEST} cd -P "$ARTIFACT_DIR"; name=; nest "$ARTIFACT_DIR"`,
  ],
  [
    'folders that let no one in',
    'mkdir -p "$HOME/a/b" "$ARTIFACT_DIR/c/d"; chmod 000 "$HOME/a/b" "$HOME/a" "$ARTIFACT_DIR/c/d" "$ARTIFACT_DIR/c"; chmod 000 "$ARTIFACT_DIR"',
  ],
  ['names that are no text', `mkdir "$HOME/$(printf 'a\\377')"; : >"$HOME/$(printf 'a\\377/\\303')"`],
  [
    'links to folders of the runner',
    'ln -s / "$HOME/root"; ln -s /etc "$ARTIFACT_DIR/etc"; ln -s . "$HOME/self"',
  ],
  ['a hundred thousand files', 'cd "$HOME"; seq 100000 | xargs touch'],
]

describe('ACT-5, RUN-8 a task cannot hide its record, and nothing of it stays, by', () => {
  it.each(someOf(WAYS, 3))('%s', async (_, run) => {
    const task = await TaskJob.create(await unprivileged())
    const step = await task.job.uses({ image, run: `${run}\necho done` })
    expect(step.outputs.status, step.output).toBe('succeeded')
    const post = await step.post()
    expect(messages(post, 'warning'), post.output).toEqual([])
    expect(task.uploaded()).toMatchObject({ status: 'succeeded', cleanup: { failed: [] } })
    expect(globSync('acode/*/private*', { cwd: task.job.temp })).toEqual([])
    await task.expectNothingLeft()
  })
})

describe('ACT-5 the record is uploaded by post where main was killed', () => {
  it.each(someOf(WAYS, 2, 1))('%s', async (_, run) => {
    const task = await TaskJob.create(await unprivileged())
    const running = task.job.start({ image, run: `${run}\necho done; sleep 1000` })
    await running.sees(/^done/m)
    await running.kill()
    const post = await running.post()
    expect(task.uploaded().status, post.output).toBe('cancelled')
    await task.expectNothingLeft()
  })
})

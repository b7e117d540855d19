import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runnerPaths } from '../../../src/github/paths.ts'
import { affected, selectByPaths } from '../../../src/plan/choice/by-paths.ts'
import { everything, type Selection } from '../../../src/plan/choice/selection.ts'
import { readTaskFile } from '../../../src/plan/file/task-file.ts'
import { git, Origin } from '../../support/origin.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { inline, inputsOf, type Written } from './files.ts'

const TASKS = '[{ id: web, paths: ["web/**"] }, { id: docs, paths: ["**.md", "!web/**"] }, { id: always }]'
const tasks = everything(readTaskFile(inline(TASKS)))
const idsOf = ({ tasks }: Selection) => tasks.map(({ id }) => id)
const NONE = '0'.repeat(40)

/** What is chosen in a checkout for an event. */
async function chosen(
  folder: string,
  event: { readonly name: string; readonly payload?: unknown },
  written: Written = {},
): Promise<Selection> {
  const path = join(temporaryFolder(), 'event.json')
  writeFileSync(path, JSON.stringify(event.payload ?? {}))
  const env = { GITHUB_EVENT_NAME: event.name, GITHUB_EVENT_PATH: path }
  const paths = { ...runnerPaths({}), workspace: folder }
  return selectByPaths(tasks, await inputsOf(written), { ...inline(TASKS), folder }, { env, paths })
}

const pull = (name: string, base: string, head: string) => ({
  name,
  payload: { pull_request: { base: { sha: base }, head: { sha: head } } },
})

/** A pull request that changes `web/b`, while its base has gone on and changed `docs.md`. */
function pullRequest() {
  const origin = new Origin()
  const start = origin.commit({ 'web/a': '1', 'docs.md': '1', 'x y': '1' })
  origin.branch('feature')
  const head = origin.commit({ 'web/b': '1' })
  git(origin.folder, 'switch', '--quiet', 'main')
  const base = origin.commit({ 'docs.md': '2' })
  const merge = origin.merge(base, head)
  git(origin.folder, 'branch', 'merged', merge)
  return { origin, start, head, base, merge }
}

describe('tasks by changed paths (ACT-4)', () => {
  it.each([
    ['web/a', ['web', 'always']],
    ['README.md', ['docs', 'always']],
    ['web/x.md', ['web', 'always']],
    ['other', ['always']],
  ])('are those that %s is about', (path, ids) => {
    expect(idsOf(affected(tasks, { paths: [path], prefix: '' }, null))).toEqual(ids)
  })

  it.each([
    ['lib/**', true],
    ['lib', true],
    ['lib/src/*.ts', true],
    ['library/**', false],
    ['*.ts', false],
  ])('of a changed submodule lib are those with the pattern %s: %s', (pattern, isChosen) => {
    const one = everything(readTaskFile(inline(`[{ id: one, paths: ["${pattern}"] }]`)))
    expect(idsOf(affected(one, { paths: ['lib', 'lib/'], prefix: '' }, null))).toEqual(
      isChosen ? ['one'] : [],
    )
  })

  it('name a submodule that moved as a folder too', async () => {
    const origin = new Origin()
    const start = origin.commit({ a: '1' })
    const module = `160000,${start},web`
    git(origin.folder, 'update-index', '--add', '--cacheinfo', module)
    git(origin.folder, 'commit', '--quiet', '--message', 'module')
    const after = git(origin.folder, 'rev-parse', 'HEAD').trim()
    const selection = await chosen(origin.folder, {
      name: 'push',
      payload: { before: start, after },
    })
    expect(idsOf(selection)).toEqual(['web', 'always'])
    expect(selection.notes).toEqual(['Paths were compared with 1 changed file.'])
  })

  it('are all where the task file changed', () => {
    const { notes, ...selection } = affected(
      tasks,
      { paths: ['.github/tasks.yml'], prefix: '.github/' },
      'tasks.yml',
    )
    expect(idsOf({ notes, ...selection })).toHaveLength(3)
    expect(notes).toEqual([expect.stringContaining('the task file is among 1 changed file')])
  })
})

describe('a pull request (ACT-4)', () => {
  it.each([1, 2, 0])(
    'at its merge commit, fetched with depth %d, is what it changes and not what its base did',
    async (depth) => {
      const { origin, start, head, merge } = pullRequest()
      // The event names a base that is older than the one that the merge commit has.
      const selection = await chosen(origin.checkout(merge, depth), pull('pull_request', start, head))
      expect(idsOf(selection)).toEqual(['web', 'always'])
      expect(selection.left).toEqual([{ id: 'docs', reason: 'none of its paths changed' }])
      expect(selection.notes).toEqual(['Paths were compared with 1 changed file.'])
    },
  )

  it('at its own head, with all history, is what it changes since it left its base', async () => {
    const { origin, base, head } = pullRequest()
    expect(idsOf(await chosen(origin.checkout(head, 0), pull('pull_request', base, head)))).toEqual([
      'web',
      'always',
    ])
  })

  it('at its own head, without history, is what it changes since it left its base, whose history is fetched', async () => {
    const { origin, base, head } = pullRequest()
    const folder = origin.checkout(head, 1)
    expect(idsOf(await chosen(folder, pull('pull_request', base, head)))).toEqual(['web', 'always'])
    expect(git(folder, 'rev-list', '--count', 'HEAD').trim()).toBe('1')
  })

  it('is all that differs where two histories never met: a task too many rather than one too few', async () => {
    const { origin, base } = pullRequest()
    git(origin.folder, 'checkout', '-q', '--orphan', 'alone')
    const head = origin.commit({ 'web/a': 'alone', 'docs.md': 'alone' })
    const selection = await chosen(origin.checkout(head, 1), pull('pull_request', base, head))
    expect(idsOf(selection)).toEqual(['web', 'docs', 'always'])
  })

  it('of pull_request_target, where the base is checked out, is what its head changes', async () => {
    const { origin, base, head } = pullRequest()
    const event = pull('pull_request_target', base, head)
    expect(idsOf(await chosen(origin.checkout(base, 0), event))).toEqual(['web', 'always'])
    expect(idsOf(await chosen(origin.checkout(base, 1), event))).toContain('web')
  })
})

describe('a push (ACT-4)', () => {
  it.each([1, 2, 0])('is what changed since the commit before it, fetched with depth %d', async (depth) => {
    const origin = new Origin()
    const before = origin.commit({ 'web/a': '1', 'docs.md': '1' })
    origin.commit({ 'docs.md': '2' })
    const after = origin.commit({ other: '1' })
    const selection = await chosen(origin.checkout(after, depth), {
      name: 'push',
      payload: { before, after },
    })
    expect(idsOf(selection)).toEqual(['docs', 'always'])
  })

  it('counts what is deleted, renamed, or named in odd bytes', async () => {
    const origin = new Origin()
    const before = origin.commit({ 'web/a': 'the same text\n'.repeat(20), 'docs.md': '1' })
    mkdirSync(join(origin.folder, 'moved'))
    git(origin.folder, 'mv', 'web/a', 'moved/a')
    writeFileSync(
      Buffer.concat([Buffer.from(`${origin.folder}/`), Buffer.from([0xff, 0x0a, 0x22]), Buffer.from('.md')]),
      '',
    )
    const after = origin.commit({})
    const selection = await chosen(origin.checkout(after, 1), { name: 'push', payload: { before, after } })
    expect(idsOf(selection)).toEqual(['web', 'docs', 'always'])
    expect(selection.notes).toEqual(['Paths were compared with 3 changed files.'])
  })

  it('leaves history and references of the checkout as they are', async () => {
    const origin = new Origin()
    const before = origin.commit({ a: '1' })
    const after = origin.commit({ a: '2' })
    const folder = origin.checkout(after, 1)
    const state = () => [
      git(folder, 'log', '--format=%H'),
      git(folder, 'for-each-ref'),
      git(folder, 'status', '--short'),
    ]
    const untouched = state()
    await chosen(folder, { name: 'push', payload: { before, after } })
    expect(state()).toEqual(untouched)
    const whole = origin.checkout(after, 0)
    await chosen(whole, { name: 'push', payload: { before: 'd'.repeat(40), after } })
    expect(git(whole, 'rev-parse', '--is-shallow-repository')).toBe('false')
  })
})

describe('a merge group (ACT-4)', () => {
  it('is what changed since its base', async () => {
    const { origin, base, merge } = pullRequest()
    const payload = { merge_group: { base_sha: base, head_sha: merge } }
    expect(idsOf(await chosen(origin.checkout(merge, 1), { name: 'merge_group', payload }))).toEqual([
      'web',
      'always',
    ])
  })
})

describe('the input base (ACT-4)', () => {
  it.each(['main', 'origin/main', 'refs/heads/main'])('takes the name %s, for any event', async (base) => {
    const { origin, head } = pullRequest()
    const folder = origin.checkout(head, 0)
    if (base.startsWith('refs')) git(folder, 'update-ref', base, 'refs/remotes/origin/main')
    expect(idsOf(await chosen(folder, { name: 'schedule' }, { base }))).toEqual(['web', 'always'])
  })

  it('fetches a branch that a shallow checkout lacks', async () => {
    const { origin, head } = pullRequest()
    const selection = await chosen(origin.checkout(head, 1), { name: 'workflow_dispatch' }, { base: 'main' })
    expect(idsOf(selection)).toEqual(['web', 'always'])
    expect(selection.notes).toEqual([expect.stringContaining('Paths were compared')])
  })
})

describe('when it is not known what changed, all tasks run and it is said why (ACT-4)', () => {
  const all = ['web', 'docs', 'always']

  it.each([
    ['an event without changes', { name: 'schedule' }, 'the event schedule has no changes;'],
    ['a first push', { name: 'push', payload: { before: NONE, after: 'a'.repeat(40) } }, 'the first push'],
    ['a payload that is none', { name: 'push', payload: 'text' }, 'the event push has no changes'],
    [
      'a base that is gone',
      { name: 'push', payload: { before: 'd'.repeat(40), after: 'HEAD' } },
      'the event push',
    ],
  ])('%s', async (_, event, why) => {
    const origin = new Origin()
    const folder = origin.checkout(origin.commit({ a: '1' }), 1)
    const selection = await chosen(folder, event)
    expect(idsOf(selection)).toEqual(all)
    expect(selection.notes).toEqual([expect.stringContaining(`All tasks run, whatever their paths: `)])
    expect(selection.notes[0]).toContain(why)
  })

  it.each([0, 1])('a commit before that was forced away, with depth %d', async (depth) => {
    const origin = new Origin()
    const after = origin.commit({ a: '1' })
    const event = { name: 'push', payload: { before: 'd'.repeat(40), after } }
    const selection = await chosen(origin.checkout(after, depth), event)
    expect(idsOf(selection)).toEqual(all)
    expect(selection.notes[0]).toContain('git cannot find out what changed since dddd')
  })

  it('a server that is gone', async () => {
    const origin = new Origin()
    const before = origin.commit({ a: '1' })
    const after = origin.commit({ a: '2' })
    const folder = origin.checkout(after, 1)
    git(folder, 'remote', 'set-url', 'origin', 'file:///nowhere')
    expect(idsOf(await chosen(folder, { name: 'push', payload: { before, after } }))).toEqual(all)
  })

  it('a folder that is no repository', async () => {
    const selection = await chosen(temporaryFolder(), {
      name: 'push',
      payload: { before: 'a'.repeat(40), after: 'b'.repeat(40) },
    })
    expect(idsOf(selection)).toEqual(all)
  })
})

describe('changed-only (ACT-4)', () => {
  it('false looks at no paths', async () => {
    const { origin, head, base } = pullRequest()
    const selection = await chosen(origin.checkout(head, 0), pull('pull_request', base, head), {
      'changed-only': 'false',
    })
    expect(selection).toEqual(tasks)
  })

  it('asks git nothing where no task has paths', async () => {
    const without = everything(readTaskFile(inline('[{ id: a }]')))
    const selection = await selectByPaths(
      without,
      await inputsOf(),
      { ...inline(''), folder: '/nowhere' },
      { env: {}, paths: runnerPaths({}) },
    )
    expect(selection).toBe(without)
  })
})

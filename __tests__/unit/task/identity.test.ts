import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type IdentitySource, identify, labelOf, splitName } from '../../../src/task/identity.ts'
import { tries } from '../../support/slow.ts'

const CASES = { numRuns: tries(20_000, 100_000) }
const FEWER = { numRuns: tries(5_000, 20_000) }

const SOURCE: IdentitySource = {
  repository: 'octo/repo',
  workflow: 'octo/repo/.github/workflows/ci.yml@refs/heads/main',
  runId: '7031122334',
  runAttempt: '1',
  job: 'unit',
  step: '__owner_acode-task-container',
  matrix: null,
  checkRunId: '1111',
  jobIndex: '0',
}

const nameOf = (source: Partial<IdentitySource>) => identify({ ...SOURCE, ...source }).container

/** Ids as people, and adversaries, write them: plain, long, in any script, and looking like shortened ones. */
const plainId = fc.oneof(
  fc.stringMatching(/^[a-z0-9-]{0,70}$/),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: fc.constantFrom('a', 'b', 'A', '-', '.', '_', '/', 'é', 'ß', '２'), maxLength: 70 }),
)
const shortenedId = plainId.map((id) => identify({ ...SOURCE, taskId: `${id}!` }).task)
const shortenedSession = plainId.map((id) => identify({ ...SOURCE, sessionId: `${id}!` }).session)
const id = fc.oneof(plainId, shortenedId, shortenedSession)

/** Another id that is easily taken for the first. */
const changes: ((id: string) => string)[] = [
  (id) => id.toUpperCase(),
  (id) => id.toLowerCase(),
  (id) => id.normalize('NFD'),
  (id) => id.replace(/[^A-Za-z0-9]/g, '-'),
  (id) => id.replace(/[^A-Za-z0-9]/g, ''),
  (id) => `${id}-`,
  (id) => `-${id}`,
  (id) => `${id} `,
  (id) => id.slice(0, -1),
  (id) => id.padEnd(80, 'x'),
  (id) => `${id.padEnd(80, 'x')}y`,
  (id) => identify({ ...SOURCE, taskId: id }).task,
  (id) => identify({ ...SOURCE, sessionId: id }).session,
  (id) => nameOf({ taskId: id }),
]
const pairOfIds = fc.oneof(
  fc.tuple(id, id),
  fc.tuple(id, fc.constantFrom(...changes)).map(([one, change]): [string, string] => [one, change(one)]),
)

describe('identify (CTN-2, CTN-9, CTN-13)', () => {
  it('gives a DNS label of at most 63 characters that splits back, and the same one each time', () => {
    fc.assert(
      fc.property(
        fc.option(id, { nil: undefined }),
        fc.option(id, { nil: undefined }),
        (sessionId, taskId) => {
          const source = { ...SOURCE, sessionId, taskId }
          const { session, task, container } = identify(source)
          const split = splitName(container)
          return (
            /^(?=.{1,63}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(container) &&
            /^[a-z0-9]+$/.test(session) &&
            container === `acode-${session}-${task}` &&
            split?.session === session &&
            split.task === task &&
            identify({ ...source }).container === container
          )
        },
      ),
      CASES,
    )
  })

  it('gives two tasks of a session one name only where their ids are the same', () => {
    fc.assert(
      fc.property(pairOfIds, fc.option(id, { nil: undefined }), ([a, b], sessionId) => {
        return (nameOf({ sessionId, taskId: a }) === nameOf({ sessionId, taskId: b })) === (a === b)
      }),
      CASES,
    )
  })

  it('gives two sessions one name only where their ids are the same', () => {
    fc.assert(
      fc.property(pairOfIds, fc.option(id, { nil: undefined }), ([a, b], taskId) => {
        const same = nameOf({ sessionId: a, taskId }) === nameOf({ sessionId: b, taskId })
        return same === (a === b)
      }),
      CASES,
    )
  })

  it('never moves the border between session and task', () => {
    fc.assert(
      fc.property(id, id, id, id, (sessionA, taskA, sessionB, taskB) => {
        const same =
          nameOf({ sessionId: sessionA, taskId: taskA }) === nameOf({ sessionId: sessionB, taskId: taskB })
        return same === (sessionA === sessionB && taskA === taskB)
      }),
      FEWER,
    )
  })

  const kept = [
    { sessionId: 's1', taskId: 'unit', container: 'acode-s1-unit' },
    { sessionId: '42', taskId: 'unit-dotnet-8', container: 'acode-42-unit-dotnet-8' },
    { sessionId: undefined, taskId: 'lint', container: 'acode-r7031122334a1-lint' },
  ]
  it.each(kept)('keeps $taskId of session $sessionId letter for letter', ({ container, ...ids }) => {
    expect(nameOf(ids)).toBe(container)
  })

  it.each([
    ['Unit Tests', /^acode-s-unit-tests-[a-z2-7]{12}$/],
    ['größe', /^acode-s-gr-e-[a-z2-7]{12}$/],
    ['日本語', /^acode-s-[a-z2-7]{12}$/],
    ['', /^acode-s-[a-z2-7]{12}$/],
    ['x'.repeat(100), /^acode-s-x{20,}-[a-z2-7]{12}$/],
  ])('keeps of %j what a name can have', (taskId, name) => {
    expect(nameOf({ sessionId: 's', taskId })).toMatch(name)
  })

  it('leaves the task more than a hash, however long the session', () => {
    expect(nameOf({ sessionId: 'S'.repeat(500), taskId: 'T'.repeat(500) })).toMatch(
      /^acode-s{11}h[a-z2-7]{12}-t{8,}-[a-z2-7]{12}$/,
    )
  })
})

describe('identify without ids of the user (CTN-2, ACT-3)', () => {
  const differences: [string, Partial<IdentitySource>][] = [
    ['matrix value', { matrix: { node: 24 } }],
    ['type of a matrix value', { matrix: { node: '24' } }],
    ['other matrix value', { matrix: { node: 22 } }],
    ['matrix key', { matrix: { deno: 22 } }],
    ['nested matrix value', { matrix: { target: { os: 'linux', arch: 'arm64' } } }],
    ['border between matrix values', { matrix: { a: '1-2', b: '3' } }],
    ['other border between matrix values', { matrix: { a: '1', b: '2-3' } }],
    ['matrix list', { matrix: { list: ['1', '2'] } }],
    ['step', { step: '__owner_acode-task-container_2' }],
    ['check run', { checkRunId: '2222' }],
    ['attempt', { runAttempt: '2' }],
    ['run', { runId: '7031122335' }],
    ['job', { job: 'unit_2' }],
    ['job that reads alike', { job: 'Unit' }],
    ['job index', { jobIndex: '1' }],
    ['workflow', { workflow: 'octo/repo/.github/workflows/cd.yml@refs/heads/main' }],
    ['repository', { repository: 'octo/other' }],
    ['nothing', {}],
  ]
  it('distinguishes what differs in any one thing', () => {
    const names = differences.map(([, source]) => nameOf(source))
    expect(new Set(names).size).toBe(differences.length)
  })

  it('distinguishes two matrix legs whose values are the same letters', () => {
    const leg = fc.dictionary(
      fc.constantFrom('os', 'node', 'a'),
      fc.constantFrom('1', '1-2', '2', 'A', 'a', 1, null),
    )
    fc.assert(
      fc.property(leg, leg, (a, b) => {
        const [entriesOfA, entriesOfB] = [a, b].map((one) => JSON.stringify(Object.entries(one).sort()))
        return (nameOf({ matrix: a }) === nameOf({ matrix: b })) === (entriesOfA === entriesOfB)
      }),
      FEWER,
    )
  })

  it('does not depend on the order of the matrix keys', () => {
    const [a, b] = [
      { os: 'linux', node: 22, more: { x: 1, y: 2 } },
      { more: { y: 2, x: 1 }, node: 22, os: 'linux' },
    ]
    expect(nameOf({ matrix: a })).toBe(nameOf({ matrix: b }))
  })

  it('shows job and matrix values to people', () => {
    expect(nameOf({ matrix: { node: 22, os: 'Linux' } })).toMatch(
      /^acode-r7031122334a1-unit-22-linux-[a-z2-7]{12}$/,
    )
  })

  it('never gives the name of a task whose id was given', () => {
    const { task } = identify(SOURCE)
    expect(nameOf({ taskId: task })).not.toBe(nameOf({}))
  })

  it('names a task also where the runner says nothing', () => {
    const nothing = {
      repository: '',
      workflow: '',
      runId: '',
      runAttempt: '',
      job: '',
      step: '',
      checkRunId: '',
      jobIndex: '',
    }
    expect(identify({ ...nothing, matrix: null }).container).toMatch(/^acode-r0a1-job-[a-z2-7]{12}$/)
  })
})

describe('splitName (CTN-9)', () => {
  it.each([
    ['acode-r1a1-unit-dotnet', { session: 'r1a1', task: 'unit-dotnet' }],
    ['acode-r1a1', null],
    ['acode--unit', null],
    ['other-r1a1-unit', null],
    ['xacode-r1a1-unit', null],
    ['acode-R1-unit', null],
    ['acode-r1-unit\n', null],
    ['', null],
  ])('of %j is %j', (name, split) => {
    expect(splitName(name)).toEqual(split)
  })
})

describe('labelOf: what people call a task (SEE-1)', () => {
  it.each([
    [{ taskId: 'Unit tests / Windows' }, 'Unit tests / Windows'],
    [{ taskId: 'unit', matrix: { node: 22 } }, 'unit'],
    [{}, 'unit'],
    [{ matrix: { node: 22, os: 'ubuntu' } }, 'unit (22, ubuntu)'],
    [{ matrix: { os: 'ubuntu', node: 22 } }, 'unit (ubuntu, 22)'],
    [
      { matrix: { target: { os: 'linux', arch: 'arm64' }, fast: true, none: null } },
      'unit (linux, arm64, true)',
    ],
    [{ matrix: 'lint' }, 'unit (lint)'],
    [{ job: '' }, 'job'],
    [{ taskId: ' \n ' }, 'unit'],
    [{ taskId: 'two\nlines\u001b[31m' }, 'two lines\\x1b[31m'],
    [{ taskId: 'x'.repeat(300) }, `${'x'.repeat(99)}…`],
  ] satisfies [Partial<IdentitySource>, string][])('of %j is %s', (source, label) => {
    expect(labelOf({ ...SOURCE, ...source })).toBe(label)
  })
})

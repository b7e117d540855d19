import { describe, expect, it } from 'vitest'
import {
  containerAnswer,
  containerListSchema,
  hasEnded,
  isGoing,
  isLive,
} from '../../../src/engine/container-answers.ts'

const NEVER = '0001-01-01T00:00:00Z'
const ONCE = '2026-01-01T00:00:00Z'

/** What an engine says of one container. */
const inspected = (state: object) =>
  containerAnswer.parse({
    ...{ Id: 'c', Name: '/n', Image: 'i', Config: {} },
    State: { Status: 'running', ExitCode: 0, StartedAt: ONCE, FinishedAt: NEVER, ...state },
  }).state

describe('what a container does', () => {
  it.each([
    ['created', false, false, false],
    ['running', true, false, false],
    ['paused', true, false, false],
    ['restarting', true, false, false],
    ['removing', false, true, true],
    ['dead', false, true, true],
    ['exited', false, true, false],
  ] as const)('%s: it lives %s, has ended %s, goes %s', (word, lives, ended, goes) => {
    const { status } = inspected({ Status: word })
    expect([status, isLive(status), hasEnded(status), isGoing(status)]).toEqual([word, lives, ended, goes])
  })

  it.each([
    ['runs where it has a process', { Pid: 7 }, 'running'],
    ['has ended where it has none any more', { Pid: 0 }, 'exited'],
    ['was created where it never had one', { Pid: 0, StartedAt: NEVER }, 'created'],
  ])('by a word that is not known %s', (_what, state, status) => {
    expect(inspected({ Status: 'hibernating', ...state }).status).toBe(status)
  })

  it.each([
    ['created', 'created'],
    ['stopped', 'exited'],
    ['hibernating', 'running'],
  ])('in a list, by the word %s: %s', (State, state) => {
    const one = { Id: 'c', Names: ['/n'], ImageID: 'i', State, Created: 1 }
    expect(containerListSchema.parse([one])[0]?.state).toBe(state)
  })
})

describe('the health of a container', () => {
  it.each([
    ['healthy', 'healthy'],
    ['none', null],
    ['', null],
    ['splendid', null],
  ])('in the word %j is %s', (Status, status) => {
    expect(inspected({ Health: { Status } }).check).toEqual({ status, output: '' })
  })

  it('is none without a check', () => {
    expect(inspected({}).check).toBeNull()
  })
})

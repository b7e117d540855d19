import { expect, it } from 'vitest'
import { type Checked, judgeImage, type Trial, trialLine } from '../../../../src/image/check/judge.ts'

const WELL: Trial = {
  ...{ refused: null, startSeconds: 0.5, exitCode: 0, health: null, stopSeconds: null, lastLines: '' },
}
const IMAGE: Checked = { trial: WELL, secrets: [], isRoot: false, isStrict: true }
const judged = (image: Partial<Checked>) =>
  judgeImage({ ...IMAGE, ...image }).map(({ level, text }) => `${level}: ${text}`)
const tried = (trial: Partial<Trial>) => judged({ trial: { ...WELL, ...trial } })

it('IMG-2 nothing is said of an image that is well', () => {
  expect(judged({})).toEqual([])
  expect(tried({ exitCode: null, health: 'healthy', stopSeconds: 0.1 })).toEqual([])
})

it.each<[string, Partial<Trial>, RegExp]>([
  ['does not start', { refused: 'exec format error' }, /^fault: it does not start: exec format error/],
  [
    'has an entrypoint that is not there',
    { exitCode: 127, lastLines: 'app: not found' },
    /^fault: .*127 \(app: not found\)/,
  ],
  ['may not run its entrypoint', { exitCode: 126 }, /^fault: its entrypoint cannot be run/],
  [
    'ends badly',
    { exitCode: 1, lastLines: 'no database' },
    /^warning: without arguments.* 1 \(no database\)/,
  ],
  ['is unhealthy', { exitCode: null, health: 'unhealthy' }, /^fault: its health check does not succeed/],
  ['does not become healthy', { exitCode: null, health: 'starting' }, /^fault: its health check/],
  ['is slow', { exitCode: null, health: 'healthy', startSeconds: 42 }, /^warning: it took 42 s to start/],
  ['does not hear SIGTERM', { exitCode: null, stopSeconds: 10.1 }, /^warning: it did not end within 10 s/],
])('IMG-2, IMG-4 an image that %s is reported', (_what, trial, expected) => {
  expect(tried(trial)).toEqual([expect.stringMatching(expected)])
})

it('IMG-2 the worst is said first, and what it is of secrets depends on how certain they are', () => {
  const secret = { what: 'a token of npm', where: 'step 2 of its history', isCertain: true }
  expect(
    judged({
      trial: null,
      isRoot: true,
      secrets: [{ ...secret, what: 'a value of TOKEN', isCertain: false }, secret],
    }),
  ).toEqual([
    expect.stringMatching(/^fault: it has a secret baked in: a token of npm in step 2 of its history/),
    expect.stringMatching(/^warning: it may have a secret baked in: a value of TOKEN/),
    expect.stringMatching(/^note: it has no entrypoint/),
    expect.stringMatching(/^note: its own user is root/),
  ])
  expect(judged({ isRoot: true, isStrict: false })).toEqual([])
})

it('IMG-4 what went well is a line of the log', () => {
  expect(trialLine({ ...WELL, exitCode: null, health: 'healthy', stopSeconds: 0.25 })).toBe(
    'It started in 0.50 s, is healthy, ended 0.25 s after it was asked to.',
  )
})

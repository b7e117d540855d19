import { describe, expect, it } from 'vitest'
import { finishedName, isUnfinished, pinned, withLabels } from '../../../src/image/derived/derived.ts'
import { builderLine, ScriptOutput } from '../../../src/image/derived/script-output.ts'
import { setupDockerfile, setupKey } from '../../../src/image/derived/setup.ts'

const key = 'a'.repeat(32)
const labels = (state: string) => ({
  'acode.image': 'setup',
  'acode.image.key': key,
  'acode.image.state': state,
})

describe('images that are made here (IMX-1)', () => {
  it.each([
    ['building', [], true, null],
    ['building', [`acode-setup:${key}-new`], true, null],
    ['building', ['mine:1'], false, null],
    ['building', [`acode-setup:${key}-new`, 'mine:1'], false, null],
    ['finished', [`acode-setup:${key}`], false, `acode-setup:${key}`],
    ['finished', [`acode-setup:${key}`, 'mine:1'], false, `acode-setup:${key}`],
    ['finished', ['mine:1'], false, null],
    ['finished', [], false, null],
    ['else', [], false, null],
  ])('%s with the names %j', (state, names, unfinished, finished) => {
    expect(isUnfinished({ labels: labels(state), names })).toBe(unfinished)
    expect(finishedName({ labels: labels(state), names })).toBe(finished)
  })

  it.each([
    ['node:22', null, 'node:22'],
    ['node:22', 'sha256:0a', 'node:22@sha256:0a'],
    ['registry.example:5000/node', 'sha256:0a', 'registry.example:5000/node:latest@sha256:0a'],
    ['node@sha256:0b', 'sha256:0a', 'node@sha256:0b'],
  ])('%s is pinned by %s', (reference, digest, expected) => {
    expect(pinned(reference, digest)).toBe(expected)
  })

  it('have labels in each stage', () => {
    expect(withLabels('FROM a AS b\nRUN x\nFROM c\n', { owner: '{"pid":1}', cost: '$1' })).toBe(
      'FROM a AS b\nLABEL owner="{\\"pid\\":1}" cost="\\$1"\nRUN x\nFROM c\nLABEL owner="{\\"pid\\":1}" cost="\\$1"\n',
    )
  })

  it('of a set-up are the same for the same script, image and files alone', () => {
    const file = (path: string, sha256 = 'x') => ({ path, mode: 0, sha256 })
    const same = setupKey('a', { id: '1' }, [file('a'), file('b')], undefined)
    expect(setupKey('a', { id: '1' }, [file('b'), file('a')], undefined)).toBe(same)
    for (const other of [
      setupKey('b', { id: '1' }, [file('a'), file('b')], undefined),
      setupKey('a', { id: '2' }, [file('a'), file('b')], undefined),
      setupKey('a', { id: '1' }, [file('a'), file('b', 'y')], undefined),
      setupKey('a', { id: '1' }, [file('a'), { ...file('b'), mode: 0o111 }], undefined),
      setupKey('a', { id: '1' }, [file('a')], undefined),
      setupKey('a', { id: '1' }, [file('a'), file('b')], 'linux/arm64'),
    ])
      expect(other).not.toBe(same)
  })

  it.each([
    ['', 'FROM a\nCOPY . /acode-setup/\nRUN ["sh", "/acode-setup/run"]\n'],
    ['app', 'FROM a\nUSER 0\nCOPY . /acode-setup/\nRUN ["sh", "/acode-setup/run"]\nUSER app\n'],
  ])('of a set-up run as root, and have the user %j', (user, expected) => {
    expect(setupDockerfile({ reference: 'a', digest: null, user })).toBe(expected)
  })

  it.each([
    ['the classic builder', (line: string) => `\u001b[91m${line}\u001b[0m`],
    ['BuildKit', (line: string) => `#7 0.215 ${line}`],
  ])('know what a set-up printed through %s', (_, printed) => {
    const output = new ScriptOutput('setup')
    output.take('Step 3/3 : RUN ["sh", "/acode-setup/run"]')
    for (const line of [
      'acode-setup: begin 0',
      ...Array.from({ length: 12 }, (_, n) => `line ${n}`),
      '',
      'acode-setup: end 3',
      'after',
    ])
      output.take(builderLine(printed(line)))
    expect(output).toMatchObject({ code: 3, begun: 0 })
    expect(output.lastLines).toBe(Array.from({ length: 10 }, (_, n) => `  line ${n + 2}\n`).join(''))
  })
})

import { describe, expect, it } from 'vitest'
import { ignoreFile } from '../../../src/workspace/patch/ignore-file.ts'

describe('.acodeignore', () => {
  it.each([
    ['*.pem', 'a/b/key.pem', true],
    ['*.pem', 'a/KEY.PEM', true],
    ['/*.pem', 'a/key.pem', false],
    ['secret/', 'a/secret', true],
    ['a/b', 'x/a/b', false],
    ['a/b', 'a/b', true],
    ['**/b', 'x/y/b', true],
    ['**/b', 'b', true],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['a/**', 'a', false],
    ['a/**', 'a/x/y', true],
    ['**', 'a/b', true],
    ['# no', '# no', false],
    ['\\# yes', '# yes', true],
    ['\\!yes', '!yes', true],
    ['blank  ', 'blank', true],
    ['blank\\ ', 'blank ', true],
    ['*.log\n!keep.log', 'a/keep.log', false],
    ['*.log\r\n!keep.log\r\nkeep.log', 'keep.log', true],
    ['gr\u00f6\u00dfe', 'gr\u00f6\u00dfe', true],
    ['.*', '.env', true],
    ['(a)', '(a)', true],
    ['', 'a', false],
    ['/', 'a', false],
  ])('%j and %s: %s', (patterns, path, expected) => {
    expect(ignoreFile(patterns)(path)).toBe(expected)
  })

  it('comes to an end whatever its patterns and the paths are', () => {
    const patterns = `${'**/a*a*a*a*a/'.repeat(400)}b\n`.repeat(8)
    expect(ignoreFile(patterns)(`${'aaaaaaaaaaa/'.repeat(300)}c`)).toBe(false)
  })
})

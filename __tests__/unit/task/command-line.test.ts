import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitCommandLine } from '../../../src/task/inputs.ts'

describe('splitCommandLine (RUN-1)', () => {
  it.each([
    ['node --test', ['node', '--test']],
    ['  make\ttest \n', ['make', 'test']],
    ['npm run\nbuild', ['npm', 'run', 'build']],
    ['npm \\\n  test', ['npm', 'test']],
    [`sh -c 'echo "$HOME" | cat'`, ['sh', '-c', 'echo "$HOME" | cat']],
    [`echo "two words" a'b'"c"`, ['echo', 'two words', 'abc']],
    [`echo '' ""`, ['echo', '', '']],
    [String.raw`echo "\"\\\$x" \$y a\ b "\n"`, ['echo', '"\\$x', '$y', 'a b', String.raw`\n`]],
    ['ls *.js ~ a=b c# 5$ {x}', ['ls', '*.js', '~', 'a=b', 'c#', '5$', '{x}']],
    ['   ', []],
  ])('makes of %j the arguments %j', (text, words) => {
    expect(splitCommandLine(text)).toEqual(words)
  })

  it.each([
    ['npm ci && npm test', /&& has a meaning only in a shell.*use run/],
    ['npm test # all', /# has/],
    ['npm test | tee log', /\| has/],
    ['echo $HOME', /\$H has/],
    [`echo "\${HOME}"`, /\$\{ has/],
    ['echo `date`', /` has/],
    ["echo 'x", /' is not closed/],
    ['echo "x', /" is not closed/],
    ['echo x\\', /ends with a \\/],
  ])('refuses %j, which needs a shell or an end', (text, message) => {
    expect(() => splitCommandLine(text)).toThrow(message)
  })

  it('splits as sh does whatever it takes', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ' ', "'", '"', '\\', '$', '`', '|', 'é'),
      maxLength: 12,
    })
    fc.assert(
      fc.property(text, (line) => {
        let words: string[]
        try {
          words = splitCommandLine(line)
        } catch {
          return true
        }
        const script = `set -f; set -- ${line}\n[ $# -eq 0 ] || printf '%s\\0' "$@"`
        const of = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1)
        expect(words).toEqual(of)
        return true
      }),
      { numRuns: 200 },
    )
  })
})

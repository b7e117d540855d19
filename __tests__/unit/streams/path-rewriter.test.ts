import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PathRewriter, rewrittenInTurn } from '../../../src/streams/path-rewriter.ts'

/** What comes out of a text that arrives in pieces. */
function rewritten(
  pieces: readonly string[],
  rewriter = new PathRewriter('/work', '/home/runner/repo'),
): string {
  const out = pieces.map((piece) => rewriter.push(Buffer.from(piece)))
  return Buffer.concat([...out, rewriter.end()]).toString('utf8')
}

describe('paths below workspace-path (RNR-3)', () => {
  it.each([
    ['a path', '/work/src/a.ts:3: error', '/home/runner/repo/src/a.ts:3: error'],
    ['several', '"/work/a","/work/b"', '"/home/runner/repo/a","/home/runner/repo/b"'],
    ['one behind an option', '--out=/work/a file:///work/b', '--out=/home/runner/repo/a file:///work/b'],
    ['one in colours', '\u001b[31m/work/a', '\u001b[31m/home/runner/repo/a'],
    ['one behind umlauts', 'für /work/a', 'für /home/runner/repo/a'],
    ['the folder alone is left', 'cd /work', 'cd /work'],
    [
      'a folder of that name elsewhere is left',
      '/usr/work/a ./work/a ~/work/a',
      '/usr/work/a ./work/a ~/work/a',
    ],
    ['a longer name is left', '/workshop/a', '/workshop/a'],
    ['nothing', '', ''],
  ])('%s', (_, text, expected) => {
    expect(rewritten([text])).toBe(expected)
  })

  it('are found wherever a chunk ends', () => {
    const text = 'at /work/a and /usr/work/b, /wor, /work//work/c \u001b[1;31m/work/d\n'
    fc.assert(
      fc.property(fc.array(fc.nat(text.length)), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), text.length]
        const pieces = places.slice(1).map((place, index) => text.slice(places[index], place))
        expect(rewritten(pieces)).toBe(rewritten([text]))
      }),
    )
  })

  it('leaves output alone that has none, without a copy', () => {
    const chunk = Buffer.from('nothing of it\n')
    expect(new PathRewriter('/work', '/other').push(chunk)).toBe(chunk)
  })

  it('goes behind another rewriter', () => {
    const inTurn = rewrittenInTurn(new PathRewriter('/a', '/b'), new PathRewriter('/b', '/c'))
    expect(inTurn.push(Buffer.from('/a/x')).toString() + inTurn.end().toString()).toBe('/c/x')
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PathRewriter, rewrittenInTurn } from '../../../src/streams/path-rewriter.ts'

/** What comes out of a text that arrives in pieces. */
function rewritten(
  pieces: readonly string[],
  rewriter = new PathRewriter('/code', '/home/runner/repo'),
): string {
  const out = pieces.map((piece) => rewriter.push(Buffer.from(piece)))
  return Buffer.concat([...out, rewriter.end()]).toString('utf8')
}

describe('paths below workspace-path (RNR-3)', () => {
  it.each([
    ['a path', '/code/src/a.ts:3: error', '/home/runner/repo/src/a.ts:3: error'],
    ['several', '"/code/a","/code/b"', '"/home/runner/repo/a","/home/runner/repo/b"'],
    ['one behind an option', '--out=/code/a file:///code/b', '--out=/home/runner/repo/a file:///code/b'],
    ['one in colours', '\u001b[31m/code/a', '\u001b[31m/home/runner/repo/a'],
    ['one behind umlauts', 'für /code/a', 'für /home/runner/repo/a'],
    ['the folder alone is left', 'cd /code', 'cd /code'],
    [
      'a folder of that name elsewhere is left',
      '/usr/code/a ./code/a ~/code/a',
      '/usr/code/a ./code/a ~/code/a',
    ],
    ['a longer name is left', '/codeshop/a', '/codeshop/a'],
    ['nothing', '', ''],
  ])('%s', (_, text, expected) => {
    expect(rewritten([text])).toBe(expected)
  })

  it('are found wherever a chunk ends', () => {
    const text = 'at /code/a and /usr/code/b, /cod, /code//code/c \u001b[1;31m/code/d\n'
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
    expect(new PathRewriter('/code', '/other').push(chunk)).toBe(chunk)
  })

  it('goes behind another rewriter', () => {
    const inTurn = rewrittenInTurn(new PathRewriter('/a', '/b'), new PathRewriter('/b', '/c'))
    expect(inTurn.push(Buffer.from('/a/x')).toString() + inTurn.end().toString()).toBe('/c/x')
  })
})

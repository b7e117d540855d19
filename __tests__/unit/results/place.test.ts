import { describe, expect, it } from 'vitest'
import { testPlaceIn } from '../../../src/results/place.ts'

describe('placeIn (SEE-2)', () => {
  it.each<[string, string, string | null, string | null]>([
    ['Node', 'AssertionError\n    at Context.<anonymous> (test/a.test.js:10:7)', null, 'test/a.test.js:10'],
    ['a URL', '    at file:///checkout/src/a.mjs:4:1', null, '/checkout/src/a.mjs:4'],
    ['Vitest', ' ❯ src/a.test.ts:12:5', null, 'src/a.test.ts:12'],
    ['a library first', ' at /w/node_modules/x/index.js:1:1\n at /w/a.js:2:2', null, '/w/a.js:2'],
    ['Node’s own', ' at node:internal/process:1:2\n at a.js:3:4', null, 'a.js:3'],
    [
      'pytest',
      'def test_x():\n>  assert 1 == 2\n\ntests/test_x.py:12: AssertionError',
      null,
      'tests/test_x.py:12',
    ],
    ['Python', 'Traceback\n  File "/checkout/x.py", line 3, in f', null, '/checkout/x.py:3'],
    ['.NET', '   at A.B() in /checkout/A Tests/B.cs:line 7', null, '/checkout/A Tests/B.cs:7'],
    ['PHP', 'Failed asserting.\n\n/app/tests/ATest.php:15', null, '/app/tests/ATest.php:15'],
    [
      'the test’s own file',
      ' at src/pay.ts:1:1\n at /app/test/pay.test.ts:9:1',
      'test/pay.test.ts',
      '/app/test/pay.test.ts:9',
    ],
    ['a file without a line', 'no', 'test/pay.test.ts', 'test/pay.test.ts:null'],
    ['a time', 'at 12:30:45 it broke', null, null],
    ['an address', 'connect ECONNREFUSED http://a.example.com:80/', null, null],
    ['nothing', '', null, null],
  ])('finds %s', (_, words, file, place) => {
    const found = testPlaceIn(words, file)
    expect(found && `${found.file}:${found.line}`).toBe(place)
  })

  it('is quick on words that look like places', () => {
    const begun = performance.now()
    testPlaceIn('a.b/'.repeat(10_000), null)
    testPlaceIn(' in /a'.repeat(10_000), null)
    testPlaceIn(`${'a'.repeat(8000)}`, null)
    expect(performance.now() - begun).toBeLessThan(1_000)
  })
})

import { describe, expect, it } from 'vitest'
import { readResults } from '../../../src/results/read-results.ts'
import { Tally } from '../../../src/results/tally.ts'
import type { TestCase } from '../../../src/results/test-case.ts'

/** Reads a file that comes in pieces of so many bytes. */
async function read(content: string | Buffer, { piece = 7, mostBytes = 1e8 } = {}) {
  const tests: TestCase[] = []
  const tally = new Tally()
  const bytes = Buffer.from(content)
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece)
  }
  const sink = (test: TestCase) => {
    tests.push(test)
    tally.add(test)
  }
  const { format, fault } = await readResults(pieces(), sink, mostBytes)
  return { format, fault, tests, tally, outcomes: tests.map(({ name, outcome }) => `${name} ${outcome}`) }
}

const JUNIT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="4" time="NaN">
  <testsuite name="cart" file="src/cart.test.ts">
    <testcase name="adds &lt;one&gt;" classname="cart" time="0.25"/>
    <testcase name="pays once" classname="cart" time="1,234.5">
      <failure message="expected 1 to be 2" type="AssertionError"><![CDATA[AssertionError: expected 1 to be 2
    at pay (/app/src/pay.ts:3:1)
    at /app/src/cart.test.ts:12:5]]></failure>
      <system-out>Error at lib/other.ts:1:1</system-out>
    </testcase>
    <testcase name="later"><skipped/></testcase>
    <testsuite name="inner"><testcase name="breaks" time="-1"><error>boom &#233;</error></testcase></testsuite>
  </testsuite>
</testsuites>`

const TRX = `\ufeff<?xml version="1.0" encoding="utf-8"?>
<TestRun id="1" xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
  <Results>
    <UnitTestResult testName="Shop.Adds" outcome="Passed" duration="00:00:01.5000000" />
    <UnitTestResult testName="Shop.Pays" outcome="Failed" duration="00:01:00">
      <Output><ErrorInfo><Message>Assert.Equal() Failure</Message>
        <StackTrace>   at Shop.Tests.Pays() in /app/shop/Tests.cs:line 21</StackTrace></ErrorInfo></Output>
    </UnitTestResult>
    <UnitTestResult testName="Shop.Rows" outcome="Failed"><InnerResults>
      <UnitTestResult testName="Shop.Rows(1)" outcome="Passed"/><UnitTestResult testName="Shop.Rows(2)" outcome="Timeout"/>
    </InnerResults></UnitTestResult>
    <UnitTestResult testName="Shop.Later" outcome="NotExecuted" />
  </Results>
</TestRun>`

const CTRF = JSON.stringify({
  reportFormat: 'CTRF',
  results: {
    tool: { name: 'jest' },
    summary: { tests: 3 },
    tests: [
      { name: 'adds', status: 'passed', duration: 250, suite: ['cart', 'sum'] },
      {
        name: 'pays',
        status: 'failed',
        duration: 1500,
        message: 'expected 1',
        trace: 'Error\n at test/cart.js:9:3',
        filePath: '/app/test/cart.js',
      },
      { name: 'later', status: 'pending', duration: Number.NaN },
    ],
  },
})

describe('readResults (SEE-2)', () => {
  it.each([1, 7, 1e6])('reads JUnit XML in pieces of %i bytes', async (piece) => {
    const { format, fault, tests, tally, outcomes } = await read(JUNIT, { piece })
    expect({ format, fault }).toEqual({ format: 'junit', fault: null })
    expect(outcomes).toEqual(['adds <one> passed', 'pays once failed', 'later skipped', 'breaks failed'])
    expect(tests[1]).toEqual({
      name: 'pays once',
      suite: 'cart',
      outcome: 'failed',
      seconds: 1234.5,
      message: 'expected 1 to be 2',
      place: { file: '/app/src/cart.test.ts', line: 12 },
    })
    expect(tests[3]).toMatchObject({ suite: 'inner', message: 'boom é', seconds: null })
    expect(tally).toMatchObject({ total: 4, passed: 1, failed: 2, skipped: 1, seconds: 1234.75 })
    expect(tally.slowest[0]?.name).toBe('pays once')
  })

  it.each([
    ['Surefire, passed in the end', '<flakyFailure message="x">x</flakyFailure>', '', 'passed', null],
    [
      'Surefire, failed again',
      '<failure message="first"/><rerunFailure message="again"/>',
      '',
      'failed',
      'first',
    ],
    ['two failures', '<failure>one</failure><failure>two</failure>', '', 'failed', 'one'],
    ['PHPUnit', '<error type="Boom">A::b\nBoom: no</error>', '', 'failed', 'Boom'],
    ['a failure that says nothing', '<failure/>', '', 'failed', null],
    ['GoogleTest, not run', '', 'status="notrun" result="suppressed"', 'skipped', null],
    ['GoogleTest, run', '', 'status="run" result="completed"', 'passed', null],
    ['an attribute that says failed', '', 'status="FAILED"', 'failed', null],
    ['a skip with a reason', '<skipped message="later">x</skipped>', '', 'skipped', null],
    [
      'output that looks like a failure',
      '<system-err><![CDATA[<failure/>]]></system-err>',
      '',
      'passed',
      null,
    ],
    ['properties', '<properties><property name="a" value="b"/></properties>', '', 'passed', null],
  ])('knows the JUnit XML of others: %s', async (_, inside, attributes, outcome, message) => {
    const { tests } = await read(
      `<testsuite><testcase name="t" ${attributes}>${inside}</testcase></testsuite>`,
    )
    expect(tests).toMatchObject([{ outcome, message }])
  })

  it('reads TRX, of data-driven tests the rows', async () => {
    const { format, fault, tests, outcomes } = await read(TRX)
    expect({ format, fault }).toEqual({ format: 'trx', fault: null })
    expect(outcomes).toEqual([
      'Shop.Adds passed',
      'Shop.Pays failed',
      'Shop.Rows(1) passed',
      'Shop.Rows(2) failed',
      'Shop.Later skipped',
    ])
    expect(tests[0]?.seconds).toBe(1.5)
    expect(tests[1]).toMatchObject({
      seconds: 60,
      message: 'Assert.Equal() Failure',
      place: { file: '/app/shop/Tests.cs', line: 21 },
    })
  })

  it('reads CTRF', async () => {
    const { format, fault, tests, outcomes } = await read(CTRF)
    expect({ format, fault }).toEqual({ format: 'ctrf', fault: null })
    expect(outcomes).toEqual(['adds passed', 'pays failed', 'later skipped'])
    expect(tests[0]).toMatchObject({ suite: 'cart › sum', seconds: 0.25 })
    expect(tests[1]).toMatchObject({ message: 'expected 1', place: { file: 'test/cart.js', line: 9 } })
  })

  it('reads UTF-16, as some writers of TRX have it', async () => {
    const { outcomes } = await read(Buffer.from(TRX, 'utf16le'), { piece: 1001 })
    expect(outcomes).toHaveLength(5)
  })

  it.each([
    ['JUnit', JUNIT, JUNIT.indexOf('<testcase name="later"'), 2, 'junit'],
    ['TRX', TRX, TRX.indexOf('<UnitTestResult testName="Shop.Rows"'), 2, 'trx'],
    ['CTRF', CTRF, CTRF.indexOf('{"name":"later"'), 2, 'ctrf'],
    ['CTRF in the middle of a text', CTRF, CTRF.indexOf('nding'), 2, 'ctrf'],
  ])('counts what %s holds that ends in its middle', async (_, content, end, count, format) => {
    const cut = await read(content.slice(0, end))
    expect(cut.outcomes).toHaveLength(count)
    expect(cut.format).toBe(format)
    expect(cut.fault).not.toBeNull()
  })

  it.each([
    ['nothing', '', /empty/],
    ['white space', ' \n ', /empty/],
    ['another XML', '<project/>', /no JUnit XML, TRX or CTRF/],
    ['text', 'hello', /./],
    ['another JSON list', '[1]', /./],
    ['broken XML', '<testsuite><testcase name="a"/></wrong>', /./],
    ['broken JSON', '{"results": {"tests": [{"name": "a" "b"}]}}', /./],
  ])('says what is wrong with %s', async (_, content, why) => {
    expect((await read(content)).fault).toMatch(why)
  })

  it('takes nothing for a test in JSON of another kind', async () => {
    expect((await read('{"results": 7, "tests": [1]}')).tests).toEqual([])
  })

  it.each([
    [
      'entities that grow',
      `<!DOCTYPE l [<!ENTITY a "lol">${'b c d e f'
        .split(' ')
        .map((name, index) => `<!ENTITY ${name} "${`&${'abcde'[index]};`.repeat(10)}">`)
        .join('')}]><testsuite><testcase name="1"/><testcase name="&f;"/></testsuite>`,
    ],
    [
      'entities of files',
      '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><testsuite><testcase name="1"/><testcase name="&x;"/></testsuite>',
    ],
    ['deep elements', `<testsuite><testcase name="1"/>${'<a>'.repeat(1e6)}`],
    [
      'many attributes',
      `<testsuite><testcase name="1"/><a ${Array.from({ length: 1e5 }, (__, index) => `a${index}=""`).join(' ')}/></testsuite>`,
    ],
    ['a long attribute', `<testsuite><testcase name="1"/><testcase name="${'x'.repeat(8e6)}"/></testsuite>`],
    ['deep JSON', `{"results":{"tests":[{"name":"1","status":"passed"},${'['.repeat(1e6)}`],
    ['a long file', `<testsuite><testcase name="1"/>${'<testcase name="2"/>'.repeat(1)}${' '.repeat(3e7)}`],
  ])('is not impressed by %s', async (_, content) => {
    const { tests, fault } = await read(content, { piece: 65_536, mostBytes: 2e7 })
    expect(tests[0]?.name).toBe('1')
    expect(JSON.stringify(tests)).not.toMatch(/lollol|root:/)
    expect(fault).not.toBeNull()
  })

  it('counts a hundred thousand tests and keeps few of them', async () => {
    const one = '<testcase name="n" time="1"><failure>no</failure></testcase>'
    const { tally } = await read(`<testsuite>${one.repeat(100_000)}</testsuite>`, { piece: 65_536 })
    expect(tally).toMatchObject({ total: 100_000, failed: 100_000 })
    expect(tally.failures).toHaveLength(50)
    expect(tally.slowest).toHaveLength(10)
  })
})

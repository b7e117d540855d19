import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TaskAnnotations } from '../../../src/github/task-annotations.ts'

/** What the log shows of a task's output that comes in pieces of so many bytes, and what is kept. */
function shown(output: string, piece = 5) {
  const annotations = new TaskAnnotations('/w')
  const bytes = Buffer.from(output)
  const parts: Buffer[] = []
  for (let at = 0; at < bytes.length; at += piece)
    parts.push(annotations.push(bytes.subarray(at, at + piece)))
  return { annotations, log: Buffer.concat([...parts, annotations.end()]).toString() }
}

describe('workflow-commands: annotations (SEE-1)', () => {
  it.each([1, 5, 10_000])(
    'shows annotations and groups as the runner does, in pieces of %i bytes',
    (piece) => {
      const { annotations, log } = shown(
        'a\n::group::Build\nb\r\n  ::error file=src/a.ts,line=3,endLine=4,col=5,title=Oh%2C no::two%0Alines 100%25\n::endgroup::\n::WARNING::w',
        piece,
      )
      expect(log).toBe('a\n##[group]Build\nb\r\n##[error]two\nlines 100%\n##[endgroup]\n##[warning]w')
      expect(annotations.kept).toEqual([
        {
          level: 'error',
          message: 'two\nlines 100%',
          properties: { file: 'src/a.ts', line: 3, endLine: 4, col: 5, title: 'Oh, no' },
        },
        { level: 'warning', message: 'w', properties: {} },
      ])
    },
  )

  it.each([
    '::add-mask::x',
    '::set-output name=a::b',
    '::stop-commands::x',
    '::debug::x',
    '::add-matcher::x',
    '::errors::x',
    '::error x',
    'text ::error::x',
    '##[error]x',
    '##[add-mask]x',
    '::save-state name=a::b',
  ])('passes %s as it is', (line) => {
    const { annotations, log } = shown(`${line}\n${line}`)
    expect(log).toBe(`${line}\n${line}`)
    expect(annotations.kept).toEqual([])
  })

  it.each([
    ['src/a.ts', { file: 'src/a.ts' }],
    ['./src/../a.ts', { file: 'a.ts' }],
    ['/w/src/a.ts', { file: 'src/a.ts' }],
    ['..a.ts', { file: '..a.ts' }],
    ['/usr/lib/x.ts', { title: '/usr/lib/x.ts' }],
    ['../../etc/passwd', { title: '../../etc/passwd' }],
    ['/w', { title: '/w' }],
  ])('maps the file %s to the checkout', (file, properties) => {
    expect(shown(`::error file=${file},line=x,colour=red::m`).annotations.kept[0]?.properties).toEqual(
      properties,
    )
  })

  it('writes no command of the runner, whatever is in a message', () => {
    const { log } = shown('::error::a%0A::add-mask::b%0A##[add-mask]c%0D::set-env name=A::d\n')
    expect(log.split(/[\r\n]/).filter((line) => /^\s*::|##\[(?!error\])/.test(line))).toEqual([])
  })

  it('keeps ten of a kind', () => {
    const { annotations } = shown('::error::e\n::notice::n\n'.repeat(15))
    expect(annotations.kept.map(({ level }) => level).sort()).toEqual([
      ...Array<string>(10).fill('error'),
      ...Array<string>(10).fill('notice'),
    ])
    expect(annotations.dropped).toBe(10)
  })

  it('passes other bytes as they come, and holds no endless line back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 50 }), (bytes, piece) => {
        const output = Buffer.from(bytes).toString('latin1').replaceAll(':', ';')
        expect(shown(output, piece).log).toBe(output)
      }),
    )
    const annotations = new TaskAnnotations('/w')
    const long = Buffer.from(`::error::${'x'.repeat(100_000)}`)
    expect(annotations.push(long)).toEqual(long)
  })
})

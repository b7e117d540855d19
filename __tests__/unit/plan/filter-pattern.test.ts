import { describe, expect, it } from 'vitest'
import { pathFilter, patternProblem } from '../../../src/plan/choice/filter-pattern.ts'

describe('filter patterns, as GitHub documents them (ACT-4)', () => {
  it.each([
    ['*', ['README.md', 'server.rb'], ['docs/a']],
    ['*.jsx?', ['page.js', 'page.jsx'], ['page.jsxx', 'a/page.js']],
    ['**', ['all/the/files.md', 'x', 'a\nb/c'], []],
    ['*.js', ['app.js', 'index.js'], ['a/app.js', 'appxjs']],
    ['**.js', ['index.js', 'js/index.js', 'src/js/app.js'], ['index.jsx']],
    ['docs/*', ['docs/README.md', 'docs/file.txt'], ['docs/a/b', 'docs']],
    ['docs/**', ['docs/README.md', 'docs/mona/octocat.txt'], ['docsx/a', 'a/docs/b']],
    [
      'docs/**/*.md',
      ['docs/README.md', 'docs/mona/hello.md', 'docs/a/markdown/file.md'],
      ['docs/a.txt', 'docsa.md'],
    ],
    ['**/docs/**', ['docs/hello.md', 'dir/docs/my-file.txt', 'space/docs/plan/space.doc'], ['adocs/x']],
    ['**/README.md', ['README.md', 'js/README.md'], ['xREADME.md']],
    ['**/*src/**', ['a/src/app.js', 'my-src/code/js/app.js'], ['src.js']],
    ['**/*-post.md', ['my-post.md', 'path/their-post.md'], ['post.md']],
    [
      '**/migrate-*.sql',
      ['migrate-10909.sql', 'db/migrate-v1.0.sql', 'db/sept/migrate-v1.sql'],
      ['db/migrate-a/b.sql'],
    ],
    ['v[12].[0-9]+', ['v1.10', 'v2.0'], ['v3.0', 'v1x0']],
    ['a+', ['a', 'aaa'], ['b', '']],
    ['\\[id\\]/\\*', ['[id]/*'], ['i/x']],
    ['+a?', ['+', '+a'], ['a']],
    ['**+/?x', ['q/x', 'qx', 'x'], ['q']],
    ['[a-cx-]z', ['az', 'xz', '-z'], ['dz', 'z']],
    ['a$b^c(d)|e{2}', ['a$b^c(d)|e{2}'], ['a']],
    ['größe/☃*', ['größe/☃.txt'], ['grosse/x']],
  ])('%s', (pattern, matching, others) => {
    expect(patternProblem(pattern)).toBeNull()
    const matches = pathFilter([pattern])
    expect(matching.filter((path) => !matches(path))).toEqual([])
    expect(others.filter(matches)).toEqual([])
  })

  it('refuses a pattern that is too long to be gone through (RNR-2)', () => {
    expect(patternProblem('a?'.repeat(100_000))).toContain('longer than 1000')
  })

  it.each([
    [['*.md', '!README.md'], ['hello.md'], ['README.md', 'docs/hello.md']],
    [['*.md', '!README.md', 'README*'], ['hello.md', 'README.md', 'README.doc'], []],
    [['!docs/**', '**'], ['docs/a', 'b'], []],
    [
      ['src/**', '!src/**/*.md', 'src/keep.md'],
      ['src/a.ts', 'src/keep.md'],
      ['src/b/c.md', 'x'],
    ],
  ])('in the order of %j', (patterns, matching, others) => {
    const matches = pathFilter(patterns)
    expect(matching.filter((path) => !matches(path))).toEqual([])
    expect(others.filter(matches)).toEqual([])
  })

  it('answers at once on a pattern of many wildcards', () => {
    const start = performance.now()
    expect(pathFilter(['**a'.repeat(50)])(`${'a'.repeat(4_000)}b`)).toBe(false)
    expect(performance.now() - start).toBeLessThan(5_000)
  })
})

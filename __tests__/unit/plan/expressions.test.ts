import { describe, expect, it } from 'vitest'
import { fillIn } from '../../../src/plan/file/expressions.ts'

function refused(value: unknown, keys: readonly string[] = []): string[] {
  const found: string[] = []
  fillIn(value, { values: {}, keys }, (_, __, why) => found.push(why))
  return found
}

describe('an expression that is not filled in (SEE-1)', () => {
  it.each([
    ['github.sha', '$GITHUB_SHA'],
    ['github.ref_name', '$GITHUB_REF_NAME'],
    ['github.workspace', '$GITHUB_WORKSPACE'],
    ['GitHub.SHA', '$GITHUB_SHA'],
    ['env.NODE_ENV', '$NODE_ENV'],
  ])('in a script names what to use instead of %s', (expression, instead) => {
    const text = `echo \${{ ${expression} }}`
    const why = `holds \${{ ${expression} }}, which only workflows fill in; use ${instead}`
    expect(refused({ container: { run: text } })).toEqual([why])
    expect(refused({ container: { command: ['sh', '-c', text] } }, ['version'])).toEqual([why])
  })

  it.each([
    [{ container: { image: `\${{ github.sha }}` } }, 'an image, which no shell reads'],
    [{ container: { run: `\${{ github.event.number }}` } }, 'what no task is given'],
    [{ container: { run: `\${{ github.token }}` } }, 'a token'],
  ])('names nothing that cannot help: %j (%s)', (value, _) => {
    expect(refused(value)).toEqual([expect.not.stringContaining('use ')])
  })
})

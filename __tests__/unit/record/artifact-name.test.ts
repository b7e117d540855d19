import { describe, expect, it } from 'vitest'
import { artifactName } from '../../../src/record/artifact-name.ts'

describe('artifactName', () => {
  it.each([
    ['acode-s1-unit', 'acode-s1-unit'],
    ['results of größe.1', 'results of größe.1'],
    ['a/b\\c:d"e<f>g|h*i?j', 'a-b-c-d-e-f-g-h-i-j'],
    ['two\r\nlines', 'two--lines'],
  ])('of %j is %j', (name, safe) => {
    expect(artifactName(name)).toBe(safe)
  })
})

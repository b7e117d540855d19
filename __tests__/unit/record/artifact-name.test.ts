import { describe, expect, it } from 'vitest'
import { artifactName, attemptName } from '../../../src/record/artifact-name.ts'

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

describe('attemptName', () => {
  it.each([
    ['results', '1', 'results'],
    ['results', '2', 'results-attempt-2'],
    ['results', undefined, 'results'],
  ])('of %j in attempt %j is %j', (name, attempt, expected) => {
    expect(attemptName(name, attempt)).toBe(expected)
  })
})

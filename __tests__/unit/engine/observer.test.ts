import { describe, expect, it } from 'vitest'
import { shellLine } from '../../../src/engine/transport/observer.ts'

describe('shellLine', () => {
  it.each([
    [['docker', 'ps', '--all'], 'docker ps --all'],
    [['docker', 'run', 'a b', ''], 'docker run "a b" ""'],
    [['docker', 'run', "it's", '$X'], 'docker run "it\'s" "$X"'],
    [['docker', 'run', 'a\nb', '***'], 'docker run "a\\nb" ***'],
  ])('of %j is %s', (args, line) => {
    expect(shellLine(args)).toBe(line)
  })
})

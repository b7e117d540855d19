import { describe, expect, it } from 'vitest'
import { readExported } from '../../../src/record/collect/exported.ts'

const same = (path: string): string | null => (path.startsWith('/run/acode') ? null : path)
const exported = (env: string, path = '') => readExported(env, path, same)

describe('readExported (FID-3)', () => {
  it('reads variables as the runner does', () => {
    const { variables, fault } = exported('A=1\nB<<END\ntwo\nlines\nEND\nA=x=y\n\nC=\n')
    expect([...variables]).toEqual([
      ['A', 'x=y'],
      ['B', 'two\nlines'],
      ['C', ''],
    ])
    expect(fault).toBeNull()
  })

  it('stops at the first line that is none', () => {
    const { variables, fault } = exported('A=1\nnothing\nB=2\n')
    expect([...variables.keys()]).toEqual(['A'])
    expect(fault).toMatch(/^line 2 of its \$GITHUB_ENV is no NAME=VALUE/)
  })

  it.each([
    'NODE_OPTIONS',
    'node_options',
    'GITHUB_TOKEN',
    'GITHUB_WORKSPACE',
    'RUNNER_TEMP',
    'ACTIONS_RUNTIME_URL',
    'ACODE_ALLOW',
    'INPUT_RUN',
    'STATE_run',
    'DOCKER_HOST',
    'LD_PRELOAD',
    'BASH_ENV',
    'PATH',
    'HOME',
    'A B',
    '1A',
  ])('leaves out %s, and goes on', (name) => {
    const { variables, problems, fault } = exported(`${name}=1\nB=2\n`)
    expect([...variables.keys()]).toEqual(['B'])
    expect(problems).toHaveLength(1)
    expect(fault).toBeNull()
  })

  it('reads folders, one a line, that mean something on the runner', () => {
    const { paths, problems } = exported('', '/opt/bin\r\n\nrelative\n/run/acode/home/bin\n/checkout/bin\n')
    expect(paths).toEqual(['/opt/bin', '/checkout/bin'])
    expect(problems).toHaveLength(2)
  })
})

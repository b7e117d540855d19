import { describe, expect, it } from 'vitest'
import { commandOf, summarizeCommand } from '../../../src/container/command.ts'
import { Redaction } from '../../../src/engine/redact.ts'
import { failureOf } from '../../support/failures.ts'

const of = (fields: { run?: string; shell?: string; command?: string[]; entrypoint?: string[] }) =>
  commandOf({ run: undefined, command: undefined, entrypoint: undefined, shell: 'sh', ...fields })

describe('commandOf (IMG-7, RUN-5)', () => {
  it.each([
    ['sh', 'sh', ['-e', '/run/acode/script.sh'], 'script.sh'],
    ['bash', 'bash', ['--noprofile', '--norc', '-eo', 'pipefail', '/run/acode/script.sh'], 'script.sh'],
    ['python', 'python', ['/run/acode/script.py'], 'script.py'],
    ['pwsh', 'pwsh', ['-command', ". '/run/acode/script.ps1'"], 'script.ps1'],
    ['perl {0}', 'perl', ['/run/acode/script'], 'script'],
    ['ruby -W "{0}" --arg="a b"', 'ruby', ['-W', '/run/acode/script', '--arg=a b'], 'script'],
    ['env A=$HOME sh {0}', 'env', ['A=$HOME', 'sh', '/run/acode/script'], 'script'],
  ])('runs a script with %s', (shell, entrypoint, args, path) => {
    expect(of({ run: 'echo 1', shell })).toMatchObject({ entrypoint, args, script: { path } })
  })

  it.each([
    ['echo 1', 'echo 1\n'],
    ['echo 1\n', 'echo 1\n'],
    ['a\n\n  b\r\n$X `y` "z"\n', 'a\n\n  b\r\n$X `y` "z"\n'],
  ])('keeps the script %j as it is', (run, content) => {
    expect(of({ run }).script?.content).toBe(content)
  })

  it('ends a pwsh script with the exit code of its last program, as GitHub does', () => {
    const content = of({ run: 'dotnet test', shell: 'pwsh' }).script?.content
    expect(content).toMatch(/^\$ErrorActionPreference = 'stop'\ndotnet test\nif .*exit \$LASTEXITCODE \}\n$/)
  })

  it.each([
    'fish',
    'perl',
    '{0}',
    'sh {0}; id',
    'sh {0} > x',
    'constructor',
    'toString',
    '__proto__',
    'sh # {0}',
  ])('takes %j for no shell', async (shell) => {
    const failure = await failureOf(() => of({ run: 'x', shell }))
    expect(failure.code).toBe('ACODE-CTN-006')
    expect(failure.message).toContain('Use one of sh, bash, python, pwsh, or a template')
  })

  it.each([
    [{ command: ['a b', '', '$X'] }, null, ['a b', '', '$X']],
    [{ command: ['a'], entrypoint: ['/init'] }, '/init', ['a']],
    [{ command: ['a'], entrypoint: ['/init', '--'] }, '/init', ['--', 'a']],
    [{ run: 'x', entrypoint: ['/init'] }, '/init', ['sh', '-e', '/run/acode/script.sh']],
    [{ run: 'x', entrypoint: ['tini', '--'] }, 'tini', ['--', 'sh', '-e', '/run/acode/script.sh']],
    [{ entrypoint: ['/init'] }, '/init', []],
  ])('%j is %j with %j', (fields, entrypoint, args) => {
    expect(of(fields)).toMatchObject({ entrypoint, args })
  })
})

describe('summarizeCommand (RUN-5, RUN-9)', () => {
  it.each([
    [{ command: ['npm', 'test'] }, [], 'npm test'],
    [{ command: ['sh', '-c', 'echo "a b"'] }, [], 'sh -c "echo \\"a b\\""'],
    [{ run: 'echo 1\necho hunter2' }, [], 'sh -e /run/acode/script.sh (2 lines)'],
    [{ run: 'x' }, [], 'sh -e /run/acode/script.sh (1 line)'],
    [{ command: ['login', 'hunter2'] }, ['hunter2'], 'login ***'],
    [{ command: ['login', '--token=hunter2', 'x'] }, ['hunter2'], 'login --token=*** x'],
    [{ command: ['echo', 'a"b\nc'] }, ['a"b\nc'], 'echo ***'],
    [{ command: ['echo', 'a b'] }, ['"a b"', ''], 'echo ***'],
    [{ command: ['echo', 'hunter22'] }, ['hunter2', 'hunter22'], 'echo ***'],
  ])('of %j with secrets %j', (fields, secrets, summary) => {
    expect(summarizeCommand(of(fields), new Redaction(secrets))).toBe(summary)
  })

  it('is short, and shows no half of a secret at its end', () => {
    const summary = summarizeCommand(
      of({ command: ['x'.repeat(195), 'hunter2hunter2'] }),
      new Redaction(['hunter2hunter2']),
    )
    expect(summary.length).toBeLessThanOrEqual(200)
    expect(summary).not.toContain('hun')
  })
})

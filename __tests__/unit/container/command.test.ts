import { describe, expect, it } from 'vitest'
import {
  commandOf,
  type ImageCommand,
  summarizeCommand,
  withEnvironment,
} from '../../../src/container/command.ts'
import { Redaction } from '../../../src/streams/redact.ts'
import { failureOf } from '../../support/failures.ts'

const of = (
  fields: { run?: string; shell?: string; command?: string[]; entrypoint?: string[] },
  image: ImageCommand | null = null,
) => commandOf({ run: undefined, command: undefined, entrypoint: undefined, shell: 'sh', ...fields }, image)

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
    ['a\n\n  b\n$X `y` "z"\n', 'a\n\n  b\n$X `y` "z"\n'],
  ])('keeps the script %j as it is', (run, content) => {
    expect(of({ run }).script?.content).toBe(content)
  })

  it.each(['sh', 'bash', 'ash {0}', '/bin/dash -e {0}', 'busybox sh {0}', 'env A=1 zsh {0}'])(
    'makes LF of the CRLF in a script for %s',
    (shell) => {
      expect(of({ run: 'if true\r\nthen a\rb\r\nfi', shell }).script?.content).toBe(
        'if true\nthen a\rb\nfi\n',
      )
    },
  )

  it.each(['python', 'pwsh', 'perl {0}'])('leaves CRLF to %s', (shell) => {
    expect(of({ run: 'a\r\nb', shell }).script?.content).toContain('a\r\nb')
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

  const IMAGE = { entrypoint: ['/entry', '-x'], command: ['serve', 'all'] }
  it.each([
    [{}, null, ['serve', 'all']],
    [{ command: ['a'] }, null, ['a']],
    [{ entrypoint: [] }, 'serve', ['all']],
    [{ entrypoint: [], command: ['a', 'b'] }, 'a', ['b']],
    [{ entrypoint: [], run: 'x' }, 'sh', ['-e', '/run/acode/script.sh']],
    [{ entrypoint: ['/init'] }, '/init', []],
  ])('%j of an image with its own command is %j with %j', (fields, entrypoint, args) => {
    expect(of(fields, IMAGE)).toMatchObject({ entrypoint, args })
  })

  it.each([
    [{}, { entrypoint: [], command: [] }],
    [{ entrypoint: [] }, { entrypoint: ['/entry'], command: [] }],
  ])('%j of %j is nothing to run', async (fields, image) => {
    const failure = await failureOf(() => of(fields, image))
    expect(failure.code).toBe('ACODE-CTN-006')
    expect(failure.message).toContain('Write run')
  })

  it.each([
    [{ command: ['a b'] }, ['/entry', '-x', 'a b']],
    [{}, ['/entry', '-x', 'serve', 'all']],
    [{ entrypoint: [], command: ['a'] }, ['a']],
    [{ run: 'x' }, ['sh', '-e', '/run/acode/script.sh']],
  ])('%j runs behind a shell that sets variables', (fields, argv) => {
    expect(withEnvironment(of(fields, IMAGE), IMAGE)).toMatchObject({
      entrypoint: '/bin/sh',
      args: ['-c', '. /run/acode/environment && exec "$@"', 'sh', ...argv],
    })
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

import { describe, expect, it } from 'vitest'
import { CATALOG } from '../../../../src/image/catalog.ts'
import { chooseBase } from '../../../../src/image/compose/choose-base.ts'
import { composedDockerfile, type Source } from '../../../../src/image/compose/dockerfile.ts'
import { mergedEnvironment, variablesOf } from '../../../../src/image/compose/environment.ts'
import { PARTS } from '../../../../src/image/compose/parts.ts'
import { printedBy, smokeScript } from '../../../../src/image/compose/smoke-test.ts'
import { resolveToolchain } from '../../../../src/image/toolchain.ts'
import { readToolchainsFile } from '../../../../src/image/toolchains-file.ts'

const chosen = (...names: string[]) => chooseBase(names.map((name) => resolveToolchain(name, null)))

describe('several toolchains in one image (CTN-8, IMX-1)', () => {
  it('has a part for each toolchain of the catalog', () => {
    expect(Object.keys(PARTS).sort()).toEqual(Object.keys(CATALOG).sort())
  })

  it.each([
    [['node@22', 'go@1.24', 'python@3.13'], 'go', ['python', 'node']],
    [['dotnet@8', 'node@22'], 'dotnet', ['node']],
    [['node@22', 'swift@6.2'], 'swift', ['node']],
    [['java@21', 'python@3.13', 'bun@1'], 'python', ['java', 'bun']],
    [['java@21', 'maven@21'], 'maven', ['java']],
  ])('%j are put on %s', (names, base, others) => {
    const composition = chosen(...names)
    expect(composition.base.name).toBe(base)
    expect(composition.others.map(({ name }) => name)).toEqual(others)
  })

  it.each([
    [['node@22', 'node@20'], /node@22 and node@20 cannot be in one image: one image has one of each/],
    [['java@21', 'gradle@17'], /cannot be in one image: both bring \/opt\/java\/openjdk/],
  ])('%j cannot be in one image', (names, message) => {
    expect(() => chosen(...names)).toThrow(message)
  })

  it('puts others on one that is not in the table, and never two of those together', async () => {
    const file = await readToolchainsFile(
      't.yml',
      'unity: registry.example/unity:{version}\nunreal: registry.example/unreal:5',
    )
    const all = ['node@22', 'unity@6'].map((name) => resolveToolchain(name, file))
    expect(chooseBase(all).base).toMatchObject({ name: 'unity', part: null })
    const two = ['unity@6', 'unreal'].map((name) => resolveToolchain(name, file))
    expect(() => chooseBase(two)).toThrow(/neither is known to be a part/)
  })

  it('merges variables and PATH; those of the base stay', () => {
    const variables = new Map([
      [
        'go',
        variablesOf(['PATH=/go/bin:/usr/local/go/bin:/usr/local/bin:/usr/bin:/bin', 'GOPATH=/go', 'LANG=C']),
      ],
      [
        'python',
        variablesOf([
          'PATH=/usr/local/bin:/usr/bin:/bin',
          'LANG=C.UTF-8',
          'PYTHON_VERSION=3.13',
          'GPG_KEY=x',
        ]),
      ],
      ['dotnet', variablesOf(['DOTNET_NOLOGO=a=b'])],
    ])
    expect(mergedEnvironment(chosen('go@1.24', 'python@3.13', 'dotnet@8'), variables)).toEqual({
      PYTHON_VERSION: '3.13',
      DOTNET_NOLOGO: 'a=b',
      PATH: '/usr/share/dotnet:/go/bin:/usr/local/go/bin:/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin',
    })
  })

  it('is a Dockerfile without a context, with each image by its digest', () => {
    const digest = `sha256:${'a'.repeat(64)}`
    const sources = new Map<string, Source>([
      [
        'dotnet',
        { reference: `mcr.microsoft.com/dotnet/sdk:8.0@${digest}`, user: 'app', hasEntrypoint: true },
      ],
      ['node', { reference: 'node:22-slim', user: '', hasEntrypoint: true }],
    ])
    const text = composedDockerfile(chosen('dotnet@8', 'node@22'), sources, {
      A: 'has "quotes" and $PATH',
      PATH: '/bin',
    })
    const lines = text.split('\n').filter((line) => /^[A-Z]/.test(line) && !line.startsWith('RUN'))
    expect(lines).toEqual([
      'FROM node:22-slim AS node',
      `FROM mcr.microsoft.com/dotnet/sdk:8.0@${digest}`,
      'USER 0',
      'COPY --from=node /usr/local /usr/local',
      'COPY --from=node /opt /opt',
      'COPY --from=node /acode/node /acode/node',
      'ENV A="has \\"quotes\\" and \\$PATH" PATH="/bin"',
      'USER app',
      'ENTRYPOINT []',
      'CMD ["sh"]',
    ])
    // No line of a shell script is cut off from what it belongs to.
    for (const line of text.split('\n').filter((one) => one.startsWith('    ')))
      expect(line).not.toMatch(/(do|then);/)
  })

  it('gives what each tool printed', () => {
    const output =
      'acode-tool: gradle\n\n------\nGradle 9.1\n------\nacode-tool: go\r\ngo version go1.24\r\nacode-tool: bun\n'
    expect(printedBy(output)).toEqual({ gradle: 'Gradle 9.1', go: 'go version go1.24', bun: '' })
    expect(
      smokeScript([
        { name: 'node', part: PARTS.node ?? null },
        { name: 'unity', part: null },
      ]),
    ).not.toContain('unity')
  })
})

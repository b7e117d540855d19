import { describe, expect, it } from 'vitest'
import { CATALOG } from '../../../src/image/catalog.ts'
import { resolveToolchain } from '../../../src/image/toolchain.ts'
import { readToolchainsFile } from '../../../src/image/toolchains-file.ts'
import { failureOf } from '../../support/failures.ts'

describe('resolveToolchain by the catalog (CTN-8, RUN-4)', () => {
  const rows: [string, string][] = [
    ['node@22', 'node:22-slim'],
    ['dotnet@8', 'mcr.microsoft.com/dotnet/sdk:8.0'],
    ['dotnet@9.0', 'mcr.microsoft.com/dotnet/sdk:9.0'],
    ['dotnet@8.0.404', 'mcr.microsoft.com/dotnet/sdk:8.0.404'],
    ['python@3.12', 'python:3.12-slim'],
    ['go@1.24', 'golang:1.24'],
    ['rust@1.82', 'rust:1.82-slim'],
    ['java@21', 'eclipse-temurin:21-jdk'],
    ['maven@21', 'maven:3-eclipse-temurin-21'],
    ['gradle@21', 'gradle:9-jdk21'],
    ['ruby@3.3', 'ruby:3.3'],
    ['php@8.3', 'php:8.3-cli'],
    ['deno@2.1.4', 'denoland/deno:2.1.4'],
    ['bun@1.1', 'oven/bun:1.1'],
    ['swift@6.0', 'swift:6.0'],
    ['elixir@1.18', 'elixir:1.18'],
    ['Node@22', 'node:22-slim'],
    [' node@22 ', 'node:22-slim'],
    ['python@3.13-rc', 'python:3.13-rc-slim'],
  ]
  it.each(rows)('%s is %s', (requested, image) => {
    expect(resolveToolchain(requested, null)).toMatchObject({ requested, image, source: 'catalog' })
  })

  const promised = [
    'node',
    'dotnet',
    'python',
    'go',
    'rust',
    'java',
    'maven',
    'gradle',
    'ruby',
    'php',
    'deno',
    'bun',
    'swift',
    'elixir',
  ]
  it('has a row above for every toolchain, and every toolchain that is promised', () => {
    const tested = new Set(rows.map(([requested]) => requested.trim().toLowerCase().split('@')[0]))
    expect(Object.keys(CATALOG).sort()).toEqual([...promised].sort())
    for (const name of promised) expect(tested).toContain(name)
  })

  it.each(promised)('%s alone gets a sensible version', (name) => {
    const { resolved, image } = resolveToolchain(name, null)
    expect(resolved).toMatch(new RegExp(`^${name}@\\d`))
    expect(image).toMatch(/^[a-z0-9.-]+(\/[a-z0-9.-]+)*:[\w.-]*\d[\w.-]*$/)
  })

  it.each(['nod@22', 'kotlin', 'constructor', 'hasown'])(
    'does not know %s, and says what to do',
    async (name) => {
      const failure = await failureOf(() => resolveToolchain(name, null))
      expect(failure.code).toBe('ACODE-CTN-006')
      expect(failure.message).toMatch(
        /is unknown; did you mean \w+\? Known are node, dotnet.*toolchains\.yml/,
      )
    },
  )

  it.each([
    '',
    '@22',
    'node@',
    'node@--x',
    'node 22',
    'node@22 go@1.24',
    'node@22:latest',
    'node@2\n2',
    '--privileged',
  ])('%j is no toolchain', async (requested) => {
    const failure = await failureOf(() => resolveToolchain(requested, null))
    expect(failure.code).toBe('ACODE-CTN-006')
    expect(failure.message).toContain('is no toolchain. Write one name and version, such as node@22')
  })
})

describe('a toolchains file (CTN-8)', () => {
  const TEXT = `
node: registry.example/node:{version}
unity: { image: "unityci/editor:ubuntu-{version}-base", version: 6000.0.1f1 }
go: { image: "mirror/go:{version}-{version}", version: 1.10 }
dotnet: registry.example/sdk:{version}
fixed: registry.example/tool@sha256:abc
`
  const resolve = async (requested: string) =>
    resolveToolchain(requested, await readToolchainsFile('.github/toolchains.yml', TEXT))

  it.each([
    ['node@22', 'registry.example/node:22', 'node@22'],
    ['node', 'registry.example/node:24', 'node@24'],
    ['unity', 'unityci/editor:ubuntu-6000.0.1f1-base', 'unity@6000.0.1f1'],
    ['unity@2022.3', 'unityci/editor:ubuntu-2022.3-base', 'unity@2022.3'],
    ['go', 'mirror/go:1.10-1.10', 'go@1.10'],
    ['dotnet@8', 'registry.example/sdk:8', 'dotnet@8'],
    ['fixed', 'registry.example/tool@sha256:abc', 'fixed@latest'],
  ])('overrides: %s is %s', async (requested, image, resolved) => {
    expect(await resolve(requested)).toEqual({ requested, resolved, image, source: '.github/toolchains.yml' })
  })

  it('leaves the rest to the catalog', async () => {
    expect(await resolve('ruby@3.3')).toMatchObject({ image: 'ruby:3.3', source: 'catalog' })
  })

  it('names its own toolchains among the known', async () => {
    expect((await failureOf(() => resolve('unit'))).message).toMatch(/did you mean unity\?.*unity/)
  })

  it.each(['', '{}', '# nothing'])('may be empty: %j', async (text) => {
    const file = await readToolchainsFile('x.yml', text)
    expect(resolveToolchain('node@22', file).image).toBe('node:22-slim')
  })

  it.each([
    'node: 22',
    'node: []',
    'node: { version: 22 }',
    'node: { image: x, tag: y }',
    '- node',
    'node',
    'node: [',
    'node: --privileged',
    'node: "x --privileged"',
    'node: { image: "{version}", version: "--privileged" }',
    'node: ""',
  ])('is refused with its path and an example: %j', async (text) => {
    const failure = await failureOf(() => readToolchainsFile('x.yml', text))
    expect(failure.code).toBe('ACODE-CTN-006')
    expect(failure.message).toMatch(
      /^The toolchains file x\.yml is not valid: .*Write a line such as node: /s,
    )
  })
})

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type CacheRequest, entriesOf } from '../../../src/cache/entries.ts'
import { findTools, toolsOf } from '../../../src/cache/lock-files.ts'
import { TOOLS } from '../../../src/cache/tools.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const request = (change: Partial<CacheRequest> = {}): CacheRequest => ({
  ...{ cache: 'auto', cacheKey: [], image: 'node:22-slim', platform: 'linux/amd64', env: {}, taken: [] },
  ...change,
})
const found = (files: Record<string, string>) =>
  toolsOf(new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])))
const keyOf = (files: Record<string, string>, change: Partial<CacheRequest> = {}) =>
  entriesOf(request(change), found(files))[0]?.key

describe('cache: auto (BES-3)', () => {
  it.each([
    ['package-lock.json', '', 'npm', ['npm_config_cache']],
    ['pnpm-lock.yaml', '', 'pnpm', ['npm_config_store_dir', 'pnpm_config_store_dir']],
    ['yarn.lock', '# x\n# yarn lockfile v1\n', 'yarn', ['YARN_CACHE_FOLDER']],
    ['yarn.lock', '__metadata:\n  version: 8\n', 'yarn-berry', ['YARN_GLOBAL_FOLDER']],
    ['src/App/App.csproj', '<Project/>', 'nuget', ['NUGET_PACKAGES']],
    ['requirements-dev.txt', 'six', 'pip', ['PIP_CACHE_DIR']],
    ['uv.lock', '', 'uv', ['UV_CACHE_DIR']],
    ['go.sum', '', 'go', ['GOMODCACHE', 'GOCACHE']],
    ['Cargo.lock', '', 'cargo', ['CARGO_HOME']],
    ['pom.xml', '', 'maven', ['MAVEN_ARGS']],
    ['gradle/wrapper/gradle-wrapper.properties', '', 'gradle', ['GRADLE_USER_HOME']],
    ['composer.lock', '', 'composer', ['COMPOSER_CACHE_DIR']],
    ['Gemfile.lock', '', 'bundler', ['BUNDLE_PATH']],
  ])('finds by %s the cache of a tool', (file, text, name, variables) => {
    const entries = entriesOf(request(), found({ [file]: text }))
    expect(entries.map((one) => one.name)).toEqual([name])
    expect(Object.keys(entries[0]?.variables ?? {})).toEqual(variables)
    expect(entries[0]?.target).toBe(`/var/cache/acode/${name}`)
  })

  it('has a key of tool, platform, image and lock files, and a restore key without these', () => {
    const [entry] = entriesOf(request(), found({ 'package-lock.json': '{}' }))
    expect(entry?.key).toMatch(/^acode-npm-linux-amd64-node-22-slim-[0-9a-f]{8}-[0-9a-f]{32}$/)
    expect(entry?.restoreKeys).toEqual([entry?.key.slice(0, -32)])
    const key = keyOf({ 'package-lock.json': '{}' })
    expect(keyOf({ 'package-lock.json': '{ }' })).not.toBe(key)
    expect(keyOf({ 'app/package-lock.json': '{}' })).not.toBe(key)
    expect(keyOf({ 'package-lock.json': '{}' }, { image: 'node:22' })).not.toBe(key)
    expect(keyOf({ 'package-lock.json': '{}' }, { platform: 'linux/arm64' })).not.toBe(key)
    expect(keyOf({ 'package-lock.json': '{}' }, { cacheKey: ['again'] })).not.toBe(key)
    expect(keyOf({ 'package-lock.json': '{}', 'README.md': '' })).toBe(key)
  })

  it('leaves a tool alone that the task leads elsewhere, and a folder where something is mounted', () => {
    expect(keyOf({ 'uv.lock': '' }, { env: { UV_CACHE_DIR: '/mine' } })).toBeUndefined()
    expect(keyOf({ 'uv.lock': '' }, { taken: ['/var/cache/acode/uv'] })).toBeUndefined()
  })

  it('keeps no credentials of tools', () => {
    const leaveOut = (name: string) => TOOLS.find((one) => one.name === name)?.leaveOut
    expect('credentials.toml').toMatch(leaveOut('cargo') ?? /^$/)
    expect('gradle.properties').toMatch(leaveOut('gradle') ?? /^$/)
    expect('registry/index').not.toMatch(leaveOut('cargo') ?? /^/)
  })

  it('looks into folders of the repository alone, and follows no link out of it', async () => {
    const workspace = temporaryFolder()
    const outside = temporaryFolder()
    const write = (path: string) => {
      mkdirSync(dirname(join(workspace, path)), { recursive: true })
      writeFileSync(join(workspace, path), '{}')
    }
    for (const path of ['a/b/package-lock.json', 'node_modules/x/package-lock.json', 'a/b/c/d/e/uv.lock'])
      write(path)
    writeFileSync(join(outside, 'Cargo.lock'), '')
    symlinkSync(join(outside, 'Cargo.lock'), join(workspace, 'Cargo.lock'))
    symlinkSync(outside, join(workspace, 'linked'))
    const tools = await findTools(workspace)
    expect(tools.map(({ tool, files }) => [tool.name, files])).toEqual([['npm', ['a/b/package-lock.json']]])
    expect(await findTools(join(workspace, 'not-there'))).toEqual([])
  })
})

describe('cache of paths', () => {
  it('is found by the key that the task gives, of its image and platform', () => {
    const cache = ['/opt/models/', '/opt/models', '/srv/data']
    const entries = entriesOf(request({ cache, cacheKey: ['m-1', 'm-'] }), [])
    expect(entries.map(({ target }) => target)).toEqual(['/opt/models', '/srv/data'])
    expect(entries[0]?.key).toMatch(/^linux-amd64-node-22-slim-[0-9a-f]{8}-m-1$/)
    expect(entries[0]?.restoreKeys[0]).toBe(entries[0]?.key.slice(0, -1))
    expect(entries[0]?.version).not.toBe(entries[1]?.version)
  })
})

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { type Build, buildArguments, type LayerCache } from '../../../src/engine/build.ts'
import type { Builder } from '../../../src/engine/builder.ts'
import { BUILDERS } from '../../support/builders.ts'
import { fakeEngine, silent } from '../../support/fake-engine.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const { classic, engines, newer, own } = BUILDERS
const build = { context: '/x', dockerfile: '/d/Dockerfile', tag: 'i' }
const PLAIN = ['--force-rm', '--file', '/d/Dockerfile', '--tag', 'i']

describe('IMG-1 the arguments of a build', () => {
  it.each<[string, Build, readonly string[]]>([
    ['the classic builder', { ...build, builder: classic }, ['build', ...PLAIN, '/x']],
    ['the engine’s BuildKit', { ...build, builder: engines }, ['buildx', 'build', ...PLAIN, '/x']],
    ['one in a container', { ...build, builder: own }, ['buildx', 'build', ...PLAIN, '--load', '/x']],
  ])('for %s', (_, asked, args) => {
    expect(buildArguments(asked)).toEqual(args)
  })

  it('are all that is asked for, and files in place of secrets', () => {
    const all: Build = {
      ...{ ...build, builder: classic, platform: 'linux/arm64', target: 'first', idFile: '/id' },
      ...{ args: { WORD: 'a b=c', EMPTY: '' }, secrets: { TOKEN: '/s/TOKEN' } },
    }
    expect(buildArguments(all).slice(1 + PLAIN.length)).toEqual([
      ...['--iidfile', '/id', '--target', 'first', '--platform', 'linux/arm64'],
      ...['--build-arg', 'WORD=a b=c', '--build-arg', 'EMPTY=', '--secret', 'id=TOKEN,src=/s/TOKEN', '/x'],
    ])
  })

  const image: LayerCache = { kind: 'image', reference: 'r/i:1' }
  it.each<[LayerCache, Builder, readonly string[]]>([
    [{ kind: 'local' }, newer, []],
    [{ kind: 'none' }, newer, ['--no-cache']],
    [
      { kind: 'gha', scope: 's' },
      newer,
      [
        ...['--cache-from', 'type=gha,scope=s'],
        ...['--cache-to', 'type=gha,scope=s,mode=max,ignore-error=true'],
      ],
    ],
    [
      { kind: 'registry', reference: 'r/i:1' },
      newer,
      [
        ...['--cache-from', 'type=registry,ref=r/i:1'],
        ...['--cache-to', 'type=registry,ref=r/i:1,mode=max,ignore-error=true'],
      ],
    ],
    [image, classic, ['--cache-from', 'r/i:1']],
    [image, engines, ['--cache-from', 'r/i:1', '--build-arg', 'BUILDKIT_INLINE_CACHE=1']],
  ])('for the cache %j', (cache, builder, options) => {
    expect(buildArguments({ ...build, builder, cache })).toEqual([
      ...[...builder.command, ...PLAIN],
      ...[...options, '/x'],
    ])
  })
})

describe('IMG-1 the builder', () => {
  /** An engine whose CLI notes its calls and answers by a script. */
  async function withCli(script: string, options: { readonly isPodman?: boolean } = {}) {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'bin'))
    const note = `{ echo "$@"; echo "BUILDKIT=$DOCKER_BUILDKIT PROGRESS=$BUILDKIT_PROGRESS"; } >'${folder}/call'`
    writeFileSync(join(folder, 'bin/docker'), `#!/bin/sh\n${note}\n${script}\n`, { mode: 0o755 })
    const { docker } = await fakeEngine(silent, options)
    vi.stubEnv('PATH', `${join(folder, 'bin')}:${process.env.PATH}`)
    return { docker, env: { PATH: process.env.PATH }, last: () => readFileSync(join(folder, 'call'), 'utf8') }
  }

  it.each([
    ['docker-container', '--builder work '],
    ['docker', ''],
  ])('of driver %s builds what it can build, and the engine’s own the rest', async (driver, named) => {
    const { docker, env, last } = await withCli(
      `case "$1" in buildx) echo 'Driver: ${driver}' ;; context) echo work ;; *) exit 1 ;; esac`,
    )
    const inUse = await docker.builder(env)
    expect(inUse.loads).toBe(driver !== 'docker')
    await docker.build({ ...build, builder: await docker.ownBuilder(env) }, { env })
    // What is built from images of the engine is built by the engine, whatever builder is in use.
    expect(last()).toBe(`buildx build ${named}${PLAIN.join(' ')} /x\nBUILDKIT= PROGRESS=plain\n`)
    await docker.build({ ...build, builder: inUse }, { env })
    const load = inUse.loads ? ' --load' : ''
    expect(last()).toBe(`buildx build ${PLAIN.join(' ')}${load} /x\nBUILDKIT= PROGRESS=plain\n`)
  })

  it('is the classic one for Podman, which has no BuildKit, whatever the CLI has', async () => {
    const { docker, env, last } = await withCli(`echo 'Driver: docker'`, { isPodman: true })
    for (const builder of [await docker.builder(env), await docker.ownBuilder(env)]) {
      await docker.build({ ...build, builder }, { env })
      expect(last()).toBe(`build ${PLAIN.join(' ')} /x\nBUILDKIT=0 PROGRESS=plain\n`)
    }
  })

  it.each(['0', 'false', 'F'])('is the classic one for DOCKER_BUILDKIT=%s', async (value) => {
    const { docker, env } = await withCli(`echo 'Driver: docker'`)
    expect(await docker.builder({ ...env, DOCKER_BUILDKIT: value })).toMatchObject({ kind: 'classic' })
  })

  it('is the only one of a CLI without contexts', async () => {
    const { docker, env } = await withCli(
      `case "$1 $2" in 'buildx inspect') echo 'Driver: remote' ;; *) exit 1 ;; esac`,
    )
    expect(await docker.ownBuilder(env)).toMatchObject({ command: ['build'], loads: false })
  })

  it('of a CLI that has BuildKit itself is asked for by its variable, by the engine’s images too', async () => {
    const { docker, env, last } = await withCli(
      'case "$1" in buildx) exit 1 ;; version) echo 20.10.24 ;; esac',
    )
    for (const builder of [await docker.builder(env), await docker.ownBuilder(env)]) {
      await docker.build({ ...build, builder }, { env })
      expect(last()).toBe(`build ${PLAIN.join(' ')} /x\nBUILDKIT=1 PROGRESS=plain\n`)
    }
  })
})

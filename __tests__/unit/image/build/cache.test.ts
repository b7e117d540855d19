import { describe, expect, it } from 'vitest'
import { type Builder, byDriver } from '../../../../src/engine/builder.ts'
import { planCache, readBuildCache } from '../../../../src/image/build/cache.ts'

const classic: Builder = { kind: 'classic', exportsCache: false, loads: false, env: {} }
const engines = byDriver('Name:   default\nDriver: docker\n', false)
const newer = byDriver('Name:   default\nDriver: docker\n', true)
const own = byDriver('Name:          builder\nDriver:        docker-container\nLast Activity: x\n', false)

describe('IMG-1 the layers of a build', () => {
  const plan = (text: string | undefined, builder: Builder) =>
    planCache(readBuildCache(text), builder, 'acode-build-1')

  it('are the builder’s own without a word', () => {
    for (const builder of [classic, engines, newer, own])
      for (const text of [undefined, 'local'])
        expect(plan(text, builder)).toEqual({ options: [], image: null, warning: null })
    expect(plan('none', classic).options).toEqual(['--no-cache'])
  })

  it('are in the Actions cache where the builder can write there, else a warning says why not', () => {
    for (const builder of [newer, own])
      expect(plan('gha', builder).options).toEqual([
        ...['--cache-from', 'type=gha,scope=acode-build-1'],
        ...['--cache-to', 'type=gha,scope=acode-build-1,mode=max,ignore-error=true'],
      ])
    for (const builder of [classic, engines])
      expect(plan('gha', builder)).toMatchObject({
        options: [],
        warning: expect.stringMatching(/gha is not used.*setup-buildx-action/),
      })
  })

  it('are an image of a registry, written by the builder or pushed by us', () => {
    const text = 'registry=ghcr.io/acme/unit:cache'
    expect(plan(text, own)).toMatchObject({
      image: null,
      options: expect.arrayContaining([
        'type=registry,ref=ghcr.io/acme/unit:cache,mode=max,ignore-error=true',
      ]),
    })
    const image = 'ghcr.io/acme/unit:cache'
    expect(plan(text, classic)).toMatchObject({ image, options: ['--cache-from', image] })
    expect(plan(text, engines)).toMatchObject({
      image,
      options: ['--cache-from', image, '--build-arg', 'BUILDKIT_INLINE_CACHE=1'],
    })
  })

  it('leave an image to be asked for where the driver is none of the engine’s', () => {
    expect([engines.loads, newer.loads, own.loads]).toEqual([false, false, true])
  })
})

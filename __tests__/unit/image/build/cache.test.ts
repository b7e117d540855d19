import { describe, expect, it } from 'vitest'
import type { Builder } from '../../../../src/engine/builder.ts'
import { isExported, planCache, readBuildCache } from '../../../../src/image/build/cache.ts'
import { BUILDERS } from '../../../support/builders.ts'

const { classic, engines, newer, own } = BUILDERS

describe('IMG-1 the layers of a build', () => {
  const plan = (text: string | undefined, builder: Builder) =>
    planCache(readBuildCache(text), builder, 'acode-build-1')

  it('are the builder’s own without a word', () => {
    for (const builder of [classic, engines, newer, own])
      for (const text of [undefined, 'local'])
        expect(plan(text, builder)).toEqual({ cache: { kind: 'local' }, image: null, warning: null })
    expect(plan('none', classic).cache).toEqual({ kind: 'none' })
  })

  it('are in the Actions cache where the builder can write there, else a warning says why not', () => {
    for (const builder of [newer, own])
      expect(plan('gha', builder).cache).toEqual({ kind: 'gha', scope: 'acode-build-1' })
    for (const builder of [classic, engines])
      expect(plan('gha', builder)).toMatchObject({
        cache: { kind: 'local' },
        warning: expect.stringMatching(/gha is not used.*setup-buildx-action/),
      })
  })

  it('are written by the builder that is in use where it can write them elsewhere', () => {
    const exported = [plan('gha', own), plan('registry=r/i:1', newer)]
    const kept = [
      plan(undefined, own),
      plan('none', own),
      plan('gha', engines),
      plan('registry=r/i:1', classic),
    ]
    expect(exported.map(({ cache }) => isExported(cache))).toEqual([true, true])
    expect(kept.map(({ cache }) => isExported(cache))).toEqual([false, false, false, false])
  })

  it('are an image of a registry, written by the builder or pushed by us', () => {
    const reference = 'ghcr.io/acme/unit:cache'
    const text = `registry=${reference}`
    expect(plan(text, own)).toMatchObject({ image: null, cache: { kind: 'registry', reference } })
    for (const builder of [classic, engines])
      expect(plan(text, builder)).toMatchObject({ image: reference, cache: { kind: 'image', reference } })
  })
})

import { describe, expect, it } from 'vitest'
import { EngineError } from '../../../src/engine/errors.ts'
import { Scope } from '../../../src/run/context/scope.ts'

describe('Scope (CTN-5)', () => {
  /** A scope, what it released so far, and a release that is known by its name. */
  function watched() {
    const released: string[] = []
    const release = (name: string) => async () => {
      released.push(name)
    }
    return { scope: new Scope(), released, release }
  }

  it('releases what was made last first, and what is in one layer together', async () => {
    const { scope, released, release } = watched()
    scope.own(release('folder'))
    scope.startLayer()
    const network = Promise.withResolvers<void>()
    scope.own(() => network.promise)
    scope.own(async () => {
      released.push('volume')
      network.resolve()
    })
    scope.startLayer()
    scope.own(release('container'))
    expect(await scope.release()).toEqual([])
    expect(released).toEqual(['container', 'volume', 'folder'])
  })

  it('is not whole where it is in doubt of what it owns', () => {
    const { scope } = watched()
    expect(scope.isWhole).toBe(true)
    scope.doubt()
    expect(scope.isWhole).toBe(false)
  })

  it('hides no failure by that of a quiet release, and is in doubt then', async () => {
    const { scope } = watched()
    const failing = (error: Error) => scope.own(() => Promise.reject(error))
    await failing(
      new EngineError('timeout', 'container remove', 'container remove did not answer within 60 s'),
    ).releaseQuietly()
    expect(scope.isWhole).toBe(false)
    await expect(failing(new RangeError('of ours')).releaseQuietly()).rejects.toThrow('of ours')
    expect(await scope.release()).toEqual([])
  })

  it('releases the rest where one cannot be, and says why', async () => {
    const { scope, released, release } = watched()
    scope.own(release('network'))
    scope.startLayer()
    scope.own(() => Promise.reject(new Error('the container is stuck')))
    expect(await scope.release()).toEqual(['the container is stuck'])
    expect(released).toEqual(['network'])
  })

  it('releases nothing twice', async () => {
    const { scope, released, release } = watched()
    const early = scope.own(release('early'))
    const given = scope.own(release('given back by its user'))
    await early.release()
    await early.release()
    given.forget()
    await scope.release()
    await scope.release()
    expect(released).toEqual(['early'])
  })

  it('does not know what there is while something is being made, and where that failed', async () => {
    const { scope } = watched()
    expect(scope.isWhole).toBe(true)
    let isWholeMeanwhile: boolean | null = null
    await scope.making(async () => {
      isWholeMeanwhile = scope.isWhole
    })
    expect([isWholeMeanwhile, scope.isWhole]).toEqual([false, true])
    await expect(scope.making(() => Promise.reject(new Error('cut off')))).rejects.toThrow('cut off')
    expect(scope.isWhole).toBe(false)
  })
})

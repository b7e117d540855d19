import { describe, expect, it } from 'vitest'
import { folderInWorkspace } from '../../../src/container/workdir.ts'

describe('folderInWorkspace (IMX-1, FID-5)', () => {
  it.each([
    [undefined, ''],
    ['app', 'app'],
    ['app/../lib', 'lib'],
    ['/w', ''],
    ['/w/app', 'app'],
    ['/other', ''],
    ['..', ''],
    ['/w2/app', ''],
  ])('of %s is "%s"', (workdir, folder) => {
    expect(folderInWorkspace(workdir, '/w')).toBe(folder)
  })
})

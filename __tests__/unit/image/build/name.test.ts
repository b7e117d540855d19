import { expect, it } from 'vitest'
import { buildName } from '../../../../src/image/build/name.ts'

type Recipe = Parameters<typeof buildName>[1]

const spec: Recipe & { buildArgs: object } = {
  build: 'docker/unit',
  dockerfile: undefined,
  buildTarget: undefined,
  buildArgs: {},
  platform: undefined,
}
const NAME = buildName('octo/repo', spec)

it.each<[string, string, Partial<Recipe>]>([
  ['repository', 'octo/other', {}],
  ['context', 'octo/repo', { build: 'docker' }],
  ['Dockerfile', 'octo/repo', { dockerfile: 'x' }],
  ['stage', 'octo/repo', { buildTarget: 'x' }],
  ['platform', 'octo/repo', { platform: 'linux/arm64' }],
])('IMG-1 the image of another %s has another name', (_what, repository, other) => {
  expect(buildName(repository, { ...spec, ...other })).not.toBe(NAME)
})

it.each([
  ['arguments', { buildArgs: { A: '1' } }],
  ['spelling of the context', { build: './docker/unit' }],
])('IMG-1 another %s keeps the name', (_what, other) => {
  expect(buildName('octo/repo', { ...spec, ...other })).toBe(NAME)
})

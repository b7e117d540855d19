import { expect, it } from 'vitest'
import type { LayerState } from '../../../src/engine/pull-messages.ts'
import { PullProgress } from '../../../src/image/pull-progress.ts'

const MEBIBYTE = 1024 * 1024

/** A progress whose clock the test moves. */
function watched() {
  const lines: string[] = []
  let seconds = 0
  const progress = new PullProgress(
    (line) => lines.push(line),
    () => seconds * 1000,
  )
  const take = (state: LayerState, layer: string, current?: number, total?: number) =>
    progress.take({ about: 'layer', layer, state, current, total })
  return {
    lines,
    progress,
    take,
    say: (text: string) => progress.take({ about: 'image', text }),
    wait: (more: number) => (seconds += more),
  }
}

it('RUN-6 says at intervals how many layers and bytes have arrived', () => {
  const { lines, progress, take, say, wait } = watched()
  say('22-slim: Pulling from library/node')
  take('done', 'a')
  for (const id of ['b', 'c']) take('waiting', id)
  for (let at = 1; at <= 100; at++) take('arriving', 'b', at * MEBIBYTE, 200 * MEBIBYTE)
  expect(lines.splice(0)).toEqual(['22-slim: Pulling from library/node'])
  wait(5)
  take('arriving', 'b', 101 * MEBIBYTE, 200 * MEBIBYTE)
  take('arriving', 'b', 102 * MEBIBYTE, 200 * MEBIBYTE)
  wait(5)
  take('arrived', 'b')
  take('done', 'b')
  expect(lines).toEqual(['1 of 3 layers, 101 MiB of 200 MiB', '1 of 3 layers, 200 MiB of 200 MiB'])
  expect(progress.summary()).toBe('2 of 3 layers, 200 MiB of 200 MiB')
})

it('is silent where nothing moves', () => {
  const { lines, take, wait } = watched()
  for (let at = 0; at < 5; at++) {
    take('waiting', 'a')
    wait(5)
  }
  expect(lines).toEqual(['0 of 1 layers'])
})

it('passes on what is said of the image', () => {
  const { lines, say } = watched()
  say('Digest: sha256:00')
  say('Status: Image is up to date')
  expect(lines).toEqual(['Digest: sha256:00', 'Status: Image is up to date'])
})

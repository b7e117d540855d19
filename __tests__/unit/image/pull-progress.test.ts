import { expect, it } from 'vitest'
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
  const take = (status: string, id?: string, current?: number, total?: number) =>
    progress.take({ status, id, current, total })
  return { lines, progress, take, wait: (more: number) => (seconds += more) }
}

it('RUN-6 says at intervals how many layers and bytes have arrived', () => {
  const { lines, progress, take, wait } = watched()
  take('Pulling from library/node', '22-slim')
  take('Already exists', 'a')
  for (const id of ['b', 'c']) take('Pulling fs layer', id)
  for (let at = 1; at <= 100; at++) take('Downloading', 'b', at * MEBIBYTE, 200 * MEBIBYTE)
  expect(lines.splice(0)).toEqual(['22-slim: Pulling from library/node'])
  wait(5)
  take('Downloading', 'b', 101 * MEBIBYTE, 200 * MEBIBYTE)
  take('Downloading', 'b', 102 * MEBIBYTE, 200 * MEBIBYTE)
  wait(5)
  take('Download complete', 'b')
  take('Extracting', 'b', 1, 2)
  take('Pull complete', 'b')
  expect(lines).toEqual(['1 of 3 layers, 101 MiB of 200 MiB', '1 of 3 layers, 200 MiB of 200 MiB'])
  expect(progress.summary()).toBe('2 of 3 layers, 200 MiB of 200 MiB')
})

it('is silent where nothing moves', () => {
  const { lines, take, wait } = watched()
  for (let at = 0; at < 5; at++) {
    take('Waiting', 'a')
    wait(5)
  }
  expect(lines).toEqual(['0 of 1 layers'])
})

it('passes on what is said of the image', () => {
  const { lines, take } = watched()
  take('Digest: sha256:00')
  take('Status: Image is up to date')
  expect(lines).toEqual(['Digest: sha256:00', 'Status: Image is up to date'])
})

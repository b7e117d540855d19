import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { uploadArtifact } from '../../../node_modules/@actions/artifact/lib/internal/upload/upload-artifact.js'
import { UnansweredError } from '../../../src/github/answer-within.ts'
import { patienceFor, uploaderBy } from '../../../src/record/upload.ts'
import { ArtifactService } from '../../support/artifact-service.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const printed: string[] = []

beforeEach(() => {
  printed.length = 0
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.push(String(text))
    return true
  })
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

/** A folder with so many files. */
function recordOf(files: number): string {
  const folder = temporaryFolder()
  for (let at = 0; at < files; at++) writeFileSync(join(folder, `${at}`), '0123456789')
  return folder
}

/** How an upload by a client fails that prints this and never ends. */
async function failureAfter(...lines: string[]): Promise<unknown> {
  const client = {
    uploadArtifact: async () => {
      for (const line of lines) process.stdout.write(`${line}\n`)
      return new Promise<never>(() => undefined)
    },
    validateFilePath: () => undefined,
  }
  return uploaderBy(client)(recordOf(1), 'record', undefined, 20).catch((error: unknown) => error)
}

const TAKEN = 'Uploaded bytes 8388608'
const FINALIZING = 'Finalizing artifact upload'

it.each([[], ['Uploaded bytes 0'], [TAKEN, FINALIZING]])(
  'ACT-5 a service that is waited for is one that does not answer: %j',
  async (...lines) => {
    const failure = await failureAfter(...lines)
    expect(failure).toMatchObject({ code: 'ACODE-CTN-013', cause: expect.any(UnansweredError) })
  },
)

it('ACT-5 a service that takes bytes is not called one that does not answer', async () => {
  const failure = await failureAfter(TAKEN)
  expect(failure).toMatchObject({
    code: 'ACODE-CTN-013',
    message: expect.stringContaining('took a part of it'),
  })
  expect(failure).not.toMatchObject({ cause: expect.any(UnansweredError) })
})

it.each([
  [0, 0, 30],
  [20, 100 * 2 ** 20, 130],
  [500_000, 5_000_000, 535],
])(
  'ACT-5 waits longer for what is packed meanwhile: %i files of %i bytes in all',
  (files, bytes, seconds) => {
    expect(Math.round(patienceFor(files, bytes) / 1000)).toBe(seconds)
  },
)

it('the artifact client prints how far it is', async () => {
  const service = await ArtifactService.start()
  for (const [name, value] of Object.entries(service.env())) vi.stubEnv(name, value)
  const folder = recordOf(1)
  await uploadArtifact('record', [join(folder, '0')], folder, {})
  await service.stop()
  expect(printed.join('')).toMatch(/^Uploaded bytes [1-9]\d*\n(.*\n)*Finalizing artifact upload\n/m)
})

import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ArtifactService } from '../../support/artifact-service.ts'
import { Job, messages } from '../../support/runner.ts'

const actionPath = path.join(import.meta.dirname, 'upload-action')
let service: ArtifactService
let job: Job

beforeEach(async () => {
  service = await ArtifactService.start()
  job = await Job.create({ actionPath, artifacts: service })
  mkdirSync(path.join(job.workspace, 'folder'))
  writeFileSync(path.join(job.workspace, 'small.txt'), 'small')
})

afterEach(async () => {
  await service.stop()
  await job.remove()
})

describe('the service of artifacts, talking to the real client', () => {
  it('keeps what is uploaded', async () => {
    const large = randomBytes(20 * 1024 * 1024) // more than two blocks
    writeFileSync(path.join(job.workspace, 'folder/large.bin'), large)
    const files = 'small.txt\nfolder/large.bin'
    const step = await job.uses({ name: 'acode-1', files, 'retention-days': 3 })
    expect(step.failed, step.output).toBe(false)
    const artifact = service.artifacts.get('acode-1')
    // The client looks at several files at a time, and packs first what it has seen first.
    expect([...(artifact?.files.keys() ?? [])].sort()).toEqual(['folder/large.bin', 'small.txt'])
    expect(artifact?.files.get('small.txt')?.toString()).toBe('small')
    expect(artifact?.files.get('folder/large.bin')?.equals(large)).toBe(true)
    expect(artifact?.size).toBe(artifact?.zip.length)
    expect(artifact?.expiresAt?.getTime()).toBeGreaterThan(Date.now() + 2 * 24 * 3600 * 1000)
    expect(JSON.parse(step.outputs.uploaded ?? '')).toEqual({
      id: artifact?.id,
      size: artifact?.size,
      digest: artifact?.hash.replace('sha256:', ''),
    })
  })

  it('hands it to other jobs of the run', async () => {
    await job.uses({ name: 'acode-1', files: 'small.txt' })
    const report = await Job.create({ actionPath, artifacts: service })
    const step = await report.uses({ name: 'acode-1', download: 'all' })
    expect(step.failed, step.output).toBe(false)
    expect(JSON.parse(step.outputs.downloaded ?? '')).toEqual({ digestMismatch: false, names: ['acode-1'] })
    expect(readFileSync(path.join(report.workspace, 'all/small.txt'), 'utf8')).toBe('small')
    await report.remove()
  })

  it('refuses a name that the run has used', async () => {
    await job.uses({ name: 'acode-1', files: 'small.txt' })
    const step = await job.uses({ name: 'acode-1', files: 'small.txt' })
    expect(messages(step, 'error')).toEqual([
      'Error: Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict: an artifact with this name already exists on the workflow run',
    ])
  })

  it('refuses a token that it did not give', async () => {
    const other = await ArtifactService.start()
    const { ACTIONS_RUNTIME_TOKEN } = other.env()
    await other.stop()
    const env = (): Record<string, string> => ({ ...service.env(), ACTIONS_RUNTIME_TOKEN })
    const stranger = await Job.create({ actionPath, workspace: job.workspace, artifacts: { env } })
    const step = await stranger.uses({ name: 'acode-1', files: 'small.txt' })
    expect(messages(step, 'error')[0]).toContain('(401)')
    await stranger.remove()
  })

  it('takes the name of an upload that failed half-way', async () => {
    service.fail('finalize', 403)
    const first = await job.uses({ name: 'acode-1', files: 'small.txt' })
    expect(messages(first, 'error')[0]).toContain('(403)')
    service.recover()
    const second = await job.uses({ name: 'acode-1', files: 'small.txt' })
    expect(messages(second, 'error')[0]).toContain('(409)')
    expect(service.artifacts.size).toBe(0)
  })

  it('fails to store', async () => {
    service.fail('upload', 403)
    const step = await job.uses({ name: 'acode-1', files: 'small.txt' })
    expect(step.failed).toBe(true)
    expect(step.output).toContain('InjectedFailure')
  })

  it('fails once, and the client tries again', async () => {
    service.fail('create', 503, 1)
    const step = await job.uses({ name: 'acode-1', files: 'small.txt' })
    expect(step.failed, step.output).toBe(false)
    expect(step.output).toContain('Attempt 1 of 5 failed')
    expect(service.artifacts.size).toBe(1)
  })

  it('hangs until the step is cancelled', async () => {
    service.hang('create')
    const running = job.start({ name: 'acode-1', files: 'small.txt' })
    await service.arrived('create')
    expect(await running.cancel()).toMatchObject({ signal: 'SIGINT', cancelled: true })
  })
})

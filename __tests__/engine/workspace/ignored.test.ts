import { execFileSync } from 'node:child_process'
import { symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { messages } from '../../support/runner.ts'
import { recordOf, WorkspaceJob } from '../../support/workspace-job.ts'

describe('.acodeignore', () => {
  test('says what stays behind, whatever its other patterns would cost (GIT-4)', async () => {
    const job = await WorkspaceJob.create()
    const costly = Array.from({ length: 40 }, () => `${'**/*f*i*l*e*/'.repeat(60)}x`)
    writeFileSync(path.join(job.workspace, '.acodeignore'), [...costly, 'file-*', '!file-7'].join('\n'))

    const step = await job.run({ workspace: 'copy', run: 'ls folder; ls shared' })

    expect(recordOf(step)).toMatchObject({ status: 'succeeded', workspace: { method: 'copy' } })
    expect(step.log).toMatch(/^file-7\nshared$/m)
  })

  test.each<[string, (file: string) => void]>([
    ['a link to what never ends', (file) => symlinkSync('/dev/zero', file)],
    ['a link to a file of the runner', (file) => symlinkSync('/etc/passwd', file)],
    ['a link to itself', (file) => symlinkSync(file, file)],
    ['a pipe', (file) => execFileSync('mkfifo', [file])],
    ['longer than any that is written', (file) => execFileSync('truncate', ['-s', '20G', file])],
  ])('is refused where it is %s (GIT-6)', async (_, make) => {
    const job = await WorkspaceJob.create()
    make(path.join(job.workspace, '.acodeignore'))

    const step = await job.run({ workspace: 'copy', run: 'true' })

    expect(recordOf(step)).toMatchObject({ status: 'error', error: { code: 'ACODE-CTN-010' } })
    expect(messages(step, 'error').join(), step.log).toContain('.acodeignore')
    await job.expectNothingLeft()
  })
})

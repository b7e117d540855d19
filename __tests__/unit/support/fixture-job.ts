import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { Job, type JobOptions } from '../../support/runner.ts'

const MANIFEST = `
name: Fixture
runs: { using: node24, main: main.js, post: post.js }
inputs:
  some-input: { default: '' }
  with blank: { default: true }
  bare:
  matrix: { default: '\${{ toJSON(matrix) }}' }
  place: { default: 'job \${{ strategy.job-index }} of \${{ github.repository }} in \${{ runner.temp }}' }
`

type Fixture = JobOptions & { readonly post?: string; readonly manifest?: string }

/** A job of the runner double whose action is a module of the given code, both removed when the test is over. */
export async function jobWith(
  main: string,
  { post = '', manifest = MANIFEST, ...options }: Fixture = {},
): Promise<Job> {
  const folder = mkdtempSync(path.join(tmpdir(), 'fixture-action-'))
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(path.join(folder, 'action.yml'), manifest)
  writeFileSync(path.join(folder, 'main.js'), main)
  writeFileSync(path.join(folder, 'post.js'), post)
  const job = await Job.create({ actionPath: folder, ...options })
  onTestFinished(async () => {
    await job.remove()
    rmSync(folder, { recursive: true })
  })
  return job
}

import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { imageName } from './engine.ts'
import type { FinishedStep, Inputs, Job } from './runner.ts'
import { bash, copyOf, fingerprint, type Manifest, manifest } from './tree.ts'

/** What a task did to a workspace, reported by the task itself and by the record. */
export interface Trial {
  readonly step: FinishedStep
  /** The tree that the task left, as its own tar says. */
  readonly left: Manifest
  /** The checkout as it was before, with the record's patch (or archive) applied. */
  readonly applied: Manifest
  /** A copy of the checkout as it was before, its git folder included. */
  readonly fresh: string
  readonly record: Record
  readonly untouched: boolean
  readonly files: {
    readonly patch: string
    readonly bundle: string
    readonly tar: string
    readonly deleted: string
  }
}

type Record = {
  readonly status: string
  readonly error: { readonly code: string; readonly message: string } | null
  readonly workspace: {
    readonly method: string
    readonly changedFiles: number
    readonly deletedFiles: number
    readonly ignoredFiles?: number
    readonly commits?: number
  }
}

/** The last thing that a task does: its workspace as its own tar sees it. */
const TREE = 'tar -c -f "$ARTIFACT_DIR/tree.tar" .'

/** Runs a task in a job's workspace, and applies what is recorded of it to a copy of the checkout. */
export async function tryTask(job: Job, run: string, inputs: Inputs = {}): Promise<Trial> {
  const { workspace } = job
  const fresh = copyOf(workspace)
  const before = fingerprint(workspace)
  const step = await job.uses({
    image: imageName.git,
    network: 'none',
    run: `${run}\ncd "$ACODE_TOP"\n${TREE}`.replace(
      '"$ACODE_TOP"',
      `"${inputs['workspace-path'] ?? workspace}"`,
    ),
    ...inputs,
  })
  const untouched = fingerprint(workspace) === before
  const record = JSON.parse(readFileSync(step.outputs.record ?? '', 'utf8'))
  const base = path.dirname(path.dirname(step.outputs.record ?? ''))
  const files = {
    patch: path.join(base, 'changes.patch'),
    bundle: path.join(base, 'commits.bundle'),
    tar: path.join(base, 'changes.tar'),
    deleted: path.join(base, 'deleted.list'),
  }
  applyRecord(fresh, files)
  for (const { path: folder, patch } of record.workspace?.repositories ?? [])
    if (patch !== null) bash(`git apply '${path.join(base, patch)}'`, path.join(fresh, folder))
  smudge(fresh, path.join(base, 'lfs'))
  return {
    step,
    left: treeOf(job, path.join(base, 'artifacts/tree.tar')),
    applied: manifest(fresh),
    fresh,
    record,
    untouched,
    files,
  }
}

function applyRecord(folder: string, { patch, tar, deleted }: Trial['files']): void {
  if (existsSync(patch)) bash(`git apply --binary --whitespace=nowarn "${patch}"`, folder)
  if (existsSync(deleted))
    bash(`xargs -0 -r rm -f -- <"${deleted}"; find . -mindepth 1 -depth -type d -empty -delete`, folder)
  if (existsSync(tar)) bash(`tar -xf "${tar}"`, folder)
}

/** What `git lfs checkout` does: contents in the place of the pointers to them. */
function smudge(folder: string, objects: string): void {
  if (!existsSync(objects)) return
  bash(
    `find "${objects}" -type f | while read -r object; do
      grep -rlF --exclude-dir=.git "oid sha256:\${object##*/}" . | while read -r file; do cat "$object" >"$file"; done
    done`,
    folder,
  )
}

function treeOf(job: Job, tar: string): Manifest {
  if (!existsSync(tar)) return new Map()
  mkdirSync(job.temp, { recursive: true })
  const folder = mkdtempSync(path.join(path.dirname(job.workspace), 'tree-'))
  bash(`tar -xf "${tar}" -C "${folder}"`, folder)
  return manifest(folder)
}

/** What two trees differ in, by path; empty when they are the same. */
export function differences(one: Manifest, other: Manifest): string[] {
  return [...new Set([...one.keys(), ...other.keys()])]
    .filter((name) => one.get(name) !== other.get(name))
    .map((name) => `${JSON.stringify(name)}: ${other.get(name)}, should be ${one.get(name)}`)
}

import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { expect } from 'vitest'
import { filesBelow } from '../../src/workspace/changes.ts'
import { changeFiles } from '../../src/workspace/patch/change-files.ts'
import { type ChangeReport, writeChanges } from '../../src/workspace/patch/collect.ts'
import type { ChangeWishes } from '../../src/workspace/patch/writing.ts'
import { folderBaseline, treeChanges } from '../../src/workspace/tree.ts'
import { wide } from './budget.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { bash, fingerprint } from './tree.ts'

/** A repository, a checkout of it, and what a task in a copy of the checkout leaves behind. */
export class PatchCase {
  readonly folder = temporaryFolder()
  readonly origin = join(this.folder, 'origin')
  readonly checkout = join(this.folder, 'checkout')
  readonly task = join(this.folder, 'task')
  readonly record = join(this.folder, 'record')

  /**
   * @param commit a script that fills the repository, which is committed after it
   * @param checkOut a script that makes `checkout` of `origin`, in the folder that holds both
   */
  constructor(commit: string, checkOut = 'git clone -q origin checkout') {
    mkdirSync(this.origin)
    mkdirSync(this.record)
    bash('git init -q -b main', this.origin)
    bash(`${commit}\ngit add -A; git commit -q --allow-empty -m one`, this.origin)
    bash(checkOut, this.folder)
  }

  /** Does a task's work, and collects it as from a copy of the checkout, which stays as it was. */
  async collect(work: string, wishes: ChangeWishes = {}): Promise<ChangeReport> {
    bash('cp -a checkout task', this.folder)
    bash(work, this.task)
    const store = join(this.folder, 'store')
    mkdirSync(store)
    const args = ['-C', this.task, '-cf', '-', '--transform', 's,^\\.,root,S', '.']
    const tar = Readable.from([execFileSync('tar', args, { maxBuffer: 1024 ** 3 })])
    const all = new Set(await filesBelow(this.checkout, ''))
    const baseline = folderBaseline(this.checkout)
    const changes = await treeChanges(tar, all, baseline, store, wide())
    const collected = { changes, baseline, base: this.checkout, isDrawn: true }
    const before = fingerprint(this.checkout)
    const files = changeFiles(this.record)
    const report = await writeChanges(collected, join(this.folder, 'scratch'), files, wide(), wishes)
    expect(fingerprint(this.checkout)).toBe(before)
    return report
  }

  /** Runs a script in a fresh clone, and gives what it prints. */
  inFreshClone(script: string, checkOut = 'git clone -q origin fresh'): string {
    bash(`rm -rf fresh; ${checkOut}`, this.folder)
    return bash(script, join(this.folder, 'fresh')).trimEnd()
  }
}

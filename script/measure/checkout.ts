import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A repository of so many small files, fifty a folder, committed, with the credential that actions/checkout leaves. */
export function makeCheckout(folder: string, files: number): void {
  for (let file = 0; file < files; file++) {
    const parent = join(folder, `folder-${Math.floor(file / 2500)}`, `part-${Math.floor(file / 50)}`)
    if (file % 50 === 0) mkdirSync(parent, { recursive: true })
    writeFileSync(join(parent, `file-${file}`), `${file}\n${`line of ${file}\n`.repeat(20)}`)
  }
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args], { stdio: 'ignore' })
  git('init', '--quiet', '--initial-branch=main')
  git('config', 'gc.auto', '0')
  git('config', 'user.name', 'bench')
  git('config', 'user.email', 'bench@example.com')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'all')
  git('repack', '-adq')
  git('remote', 'add', 'origin', 'https://github.com/octo-org/octo-repo')
  git('config', 'http.https://github.com/.extraheader', 'AUTHORIZATION: basic eC1hY2Nlc3MtdG9rZW46eA==')
}

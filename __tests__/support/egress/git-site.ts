import { execFileSync } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import path from 'node:path'
import { temporaryFolder } from '../temporary-folder.ts'

/** A site that has one repository with one file, `/site.git`, as files: git's dumb protocol of HTTP. */
export function gitSite(file: string, content: string): RequestListener {
  const root = temporaryFolder()
  const work = path.join(root, 'work')
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, stdio: 'pipe' })
  git('init', '--quiet', work)
  writeFileSync(path.join(work, file), content)
  git('-C', work, 'add', file)
  const author = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgSign=false']
  git('-C', work, ...author, 'commit', '--quiet', '--message', 'one')
  git('clone', '--quiet', '--bare', work, 'site.git')
  git('-C', 'site.git', 'update-server-info')
  return ({ url = '/' }, answer) => {
    const place = path.join(root, new URL(url, 'http://site').pathname)
    const isFile = statSync(place, { throwIfNoEntry: false })?.isFile() ?? false
    if (isFile) answer.end(readFileSync(place))
    else answer.writeHead(404).end()
  }
}

import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from './temporary-folder.ts'

/** Settings of which each starts a program, or leads to more of them. */
const hostileConfig = (program: string) => `
[core]
	repositoryformatversion = 1
	fsmonitor = ${program}
	sshCommand = ${program}
	askPass = ${program}
	gitProxy = ${program}
	pager = ${program}
	editor = ${program}
	alternateRefsCommand = ${program}
	attributesFile = ${program}.attributes
	hooksPath = ${program}.hooks
[extensions]
	partialClone = evil
[remote "evil"]
	url = ext::${program} %S
	promisor = true
	uploadpack = ${program}
[remote "origin"]
	uploadpack = ${program}
	receivepack = ${program}
	vcs = hostile
	promisor = true
[url "ext::${program} %S "]
	insteadOf = file://
[credential]
	helper = !${program}
[diff]
	external = ${program}
[diff "evil"]
	command = ${program}
	textconv = ${program}
[filter "evil"]
	clean = ${program}
	smudge = ${program}
	process = ${program}
	required = true
[merge "evil"]
	driver = ${program}
[uploadpack]
	packObjectsHook = ${program}
[protocol "ext"]
	allow = always
[include]
	path = ${program}.included
[trace2]
	eventTarget = ${program}.trace
`

/** A program that leaves a mark where it ran, with all that leads to it. */
export function trap() {
  const folder = temporaryFolder()
  const mark = join(folder, 'ran')
  const program = join(folder, 'program')
  writeFileSync(program, `#!/bin/sh\necho "$0 $*" >>'${mark}'\nexit 1\n`, { mode: 0o755 })
  writeFileSync(`${program}.attributes`, '* filter=evil diff=evil merge=evil\n')
  writeFileSync(`${program}.included`, hostileConfig(program).replace(/\[include\][^[]*/, ''))
  mkdirSync(`${program}.hooks`)
  for (const hook of ['reference-transaction', 'post-checkout', 'post-index-change', 'pre-auto-gc'])
    writeFileSync(join(`${program}.hooks`, hook), `#!/bin/sh\nexec '${program}' ${hook}\n`, { mode: 0o755 })
  return { program, config: hostileConfig(program), hasRun: () => existsSync(mark) }
}

/** Files of a commit that are a bare repository to git. */
export const bareRepository = (folder: string, config: string) => ({
  [`${folder}/HEAD`]: 'ref: refs/heads/main\n',
  [`${folder}/config`]: `${config}[remote "origin"]\n\turl = .\n`,
  [`${folder}/objects/keep`]: '',
  [`${folder}/refs/keep`]: '',
})

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { useGermanGit } from '../../support/german-git.ts'
import { PatchCase } from '../../support/patch-case.ts'
import { someOf } from '../../support/slow.ts'
import { bash } from '../../support/tree.ts'

/** What a repository has, what a task does to it; the patch has to make of a fresh clone what the task committed. */
const CASES: readonly (readonly [string, string, string])[] = [
  ['plain files', 'echo one >a; echo two >b', 'echo more >>a; rm b; echo new >c'],
  [
    'ident',
    `echo '*.c ident' >.gitattributes; printf '/* $Id$ */\\nint a;\\n' >a.c`,
    'echo "int b;" >>a.c; printf "/* \\$Id\\$ */\\n" >b.c',
  ],
  [
    'a working-tree-encoding',
    `echo '*.txt working-tree-encoding=UTF-16 text' >.gitattributes; printf 'größe\\n' | iconv -t UTF-16 >a.txt`,
    `printf 'größe\\nänderung\\n' | iconv -t UTF-16 >a.txt; printf 'neu\\n' | iconv -t UTF-16 >b.txt`,
  ],
  [
    'eol=crlf',
    `echo '*.bat text eol=crlf' >.gitattributes; printf 'one\\r\\ntwo\\r\\n' >a.bat`,
    `printf 'one\\r\\nthree\\r\\n' >a.bat; printf 'new\\r\\n' >b.bat`,
  ],
  [
    'text=auto and CRLF in the working tree',
    `echo '* text=auto' >.gitattributes; printf 'one\\ntwo\\n' >a`,
    `printf 'one\\r\\ntwo\\r\\nthree\\r\\n' >a; printf 'new\\r\\n' >b`,
  ],
  [
    'CRLF that was committed, and mixed ends',
    `printf 'one\\r\\ntwo\\r\\n' >a; printf 'one\\r\\ntwo\\n' >b; git add -A; git commit -qm crlf; echo '* text=auto' >.gitattributes`,
    `printf 'one\\r\\nTWO\\r\\n' >a; printf 'one\\r\\nTWO\\n' >b`,
  ],
  [
    'the old attribute crlf',
    `echo '*.x crlf' >.gitattributes; printf 'one\\n' >a.x`,
    `printf 'one\\r\\ntwo\\r\\n' >a.x`,
  ],
  [
    'attributes of a folder, and binary files',
    `mkdir d; echo '* text' >.gitattributes; echo '*.bin binary' >d/.gitattributes; printf 'a\\r\\nb' >d/x.bin; echo t >d/y`,
    `printf 'a\\r\\nc' >d/x.bin; printf 't\\r\\nu\\r\\n' >d/y`,
  ],
  [
    'attributes that the task changes',
    `printf 'one\\r\\n' >a.txt; echo x >b`,
    `echo '*.txt text' >.gitattributes; printf 'one\\r\\ntwo\\r\\n' >a.txt`,
  ],
  [
    'names with blanks, quotes, newlines and bytes that are no text',
    `printf x >'a "b"'; printf x >$'new\\nline'; printf x >$'\\xff\\xfe'; echo '* text=auto' >.gitattributes`,
    `printf 'y\\r\\n' >'a "b"'; printf 'y\\r\\n' >$'new\\nline'; printf 'y\\r\\n' >$'\\xff\\xfe'; printf z >$'\\xc3\\x28'`,
  ],
  [
    'links to folders, to nowhere, and in place of files',
    'mkdir d; echo x >d/f; ln -s d l; ln -s nowhere m; echo f >n',
    'rm l; ln -s . l; rm m; echo file >m; rm n; ln -s d n; chmod +x d/f',
  ],
  [
    'a file in place of a folder, and the other way',
    'mkdir d; echo x >d/f; echo y >e',
    'rm -r d; echo z >d; rm e; mkdir e; echo w >e/f',
  ],
  [
    'a file that moves',
    `seq 100 >a; echo '* text=auto' >.gitattributes`,
    'mkdir d; mv a d/b; echo more >>d/b',
  ],
]

describe('a patch on a fresh clone (GIT-6, FID-5)', () => {
  const COMMITTED = 'git ls-files --stage'
  const expectSame = async (commit: string, work: string) => {
    const one = new PatchCase(commit)
    const report = await one.collect(work)
    expect(report.warnings).toEqual([])
    const wanted = bash(`git add -A && ${COMMITTED}`, one.task).trimEnd()
    const { file } = report
    expect(one.inFreshClone(`git apply --index '${file}' && ${COMMITTED}`)).toBe(wanted)
    expect(one.inFreshClone(`git apply '${file}' && git add -A && ${COMMITTED}`)).toBe(wanted)
    expect(one.inFreshClone(`git apply --3way '${file}' 2>/dev/null && ${COMMITTED}`)).toBe(wanted)
  }

  it('of a folder for each case gives what the task would commit', async () => {
    const inFolders = (scripts: readonly string[]) =>
      scripts.map((script, index) => `mkdir -p ${index}; cd ${index}; ${script}\ncd ..`).join('\n')
    await expectSame(inFolders(CASES.map(([, commit]) => commit)), inFolders(CASES.map(([, , work]) => work)))
  })

  it.each(someOf(CASES, 2, 1))('of %s alone gives what the task would commit', async (_, commit, work) => {
    await expectSame(commit, work)
  })

  it('is none where nothing is a change to git', async () => {
    const one = new PatchCase(`echo '* text=auto' >.gitattributes; echo one >a`)
    const report = await one.collect(`printf 'one\\r\\n' >a`)
    expect(report).toMatchObject({ file: null, warnings: [] })
    expect(report.changes.written.size).toBe(1)
  })

  it('runs no filter, and says which files are as the task left them', async () => {
    const filters =
      'git config filter.x.clean "touch ../ran; cat"; git config filter.x.smudge "touch ../ran; cat"'
    const one = new PatchCase(
      `echo '*.x filter=x' >.gitattributes; echo one >a.x`,
      `git clone -q origin checkout; cd checkout; ${filters}`,
    )
    const report = await one.collect('printf two >>a.x')
    expect(existsSync(join(one.folder, 'ran'))).toBe(false)
    expect(report.warnings).toEqual([expect.stringMatching(/^The filter x .* was not run: .* a\.x$/)])
    expect(one.inFreshClone(`git apply --index '${report.file}' && cat a.x`)).toBe('one\ntwo')
  })

  it('costs a file alone that is not in its encoding', async () => {
    const one = new PatchCase(
      `echo '*.txt working-tree-encoding=UTF-16' >.gitattributes; printf a | iconv -t UTF-16 >a.txt`,
    )
    const report = await one.collect(`printf b | iconv -t UTF-16 >a.txt; printf odd >b.txt`)
    expect(report.warnings).toEqual([
      expect.stringMatching(/^In the patch as it is in the working tree: b\.txt/),
    ])
    expect(one.inFreshClone(`git apply --index '${report.file}' && git show :b.txt`)).toBe('odd')
  })

  it('holds no file as deleted that a sparse checkout leaves out, and knows one that comes back', async () => {
    const one = new PatchCase(
      'mkdir in out; echo 1 >in/a; echo 2 >out/b; echo 3 >out/c',
      'git clone -q --sparse origin checkout; cd checkout; git sparse-checkout set in',
    )
    const report = await one.collect('echo 2 >in/a; git sparse-checkout disable; echo 3 >out/b')
    expect(report.warnings).toEqual([])
    expect(one.inFreshClone(`git apply --index '${report.file}' && git status --short`)).toBe(
      'M  in/a\nM  out/b',
    )
  })
})

const LFS = `echo '*.psd filter=lfs diff=lfs merge=lfs -text' >.gitattributes`
const POINTER = /^version https:\/\/git-lfs.github.com\/spec\/v1\noid sha256:([0-9a-f]{64})\nsize (\d+)\n$/

describe('Git LFS (GIT-6, FID-5)', () => {
  const pointer = (text: string) =>
    `printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:%s\\nsize %s\\n' $(printf '${text}' | sha256sum | cut -c1-64) ${text.length}`

  it('files are pointers in the patch, with their content beside it', async () => {
    const one = new PatchCase(
      `${LFS}; ${pointer('old')} >a.psd`,
      'git clone -q origin checkout; cd checkout; printf old >a.psd',
    )
    const report = await one.collect('printf newer >a.psd; printf fresh >b.psd; : >empty.psd')
    expect(report).toMatchObject({ warnings: [], main: { lfsFiles: 2 } })
    for (const [name, text] of [
      ['a.psd', 'newer'],
      ['b.psd', 'fresh'],
    ]) {
      const stored = one.inFreshClone(`git apply --index '${report.file}' && git show :${name} && echo .`)
      const [, id = '', size] = POINTER.exec(stored.slice(0, -1)) ?? []
      expect(Number(size)).toBe(text?.length)
      const content = join(one.record, 'lfs/objects', id.slice(0, 2), id.slice(2, 4), id)
      expect(readFileSync(content, 'utf8')).toBe(text)
    }
  })

  it('content that the task only fetched is no change', async () => {
    const one = new PatchCase(`${LFS}; ${pointer('old')} >a.psd; echo 1 >b`)
    const report = await one.collect('printf old >a.psd; echo 2 >b')
    expect(one.inFreshClone(`git apply --index '${report.file}' && git status --short`)).toBe('M  b')
    expect(report.main?.lfsFiles).toBe(0)
    expect(readdirSync(one.record)).toEqual(['changes.patch'])
  })
})

describe('the commits of a task (GIT-6)', () => {
  it('are none where a branch is added among known ones, whatever language the user’s git speaks', async () => {
    const one = new PatchCase('echo 1 >a')
    useGermanGit()
    const report = await one.collect('git branch another; echo 2 >a')
    expect(report).toMatchObject({ warnings: [], commits: 0, commitsLost: null })
    expect(readdirSync(one.record)).toEqual(['changes.patch'])
  })
})

const MODULE = `git init -q -b main ../module; cd ../module; echo 1 >m; git add m; git commit -qm m; cd ../origin; git -c protocol.file.allow=always submodule --quiet add ../module sub; echo 1 >a`
const RECURSIVE = (name: string) =>
  `git -c protocol.file.allow=always clone -q --recurse-submodules origin ${name} 2>/dev/null`

describe('a submodule (GIT-6, FID-5)', () => {
  it('moves in the patch, with its commits and its files in its own bundle and patch', async () => {
    const one = new PatchCase(MODULE, RECURSIVE('checkout'))
    const report = await one.collect('echo 2 >a; cd sub; echo 2 >m; git commit -qam two; echo 3 >n')
    expect(report).toMatchObject({ warnings: [], commits: 0 })
    expect(report.repositories).toMatchObject([{ path: 'sub', commits: 1 }])
    const [sub] = report.repositories
    const moved = bash('git rev-parse HEAD', join(one.task, 'sub')).trimEnd()
    const script = `git apply --index '${report.file}' && git rev-parse :sub && cat a && cd sub && git fetch -q '${sub?.bundle}' HEAD && git rev-parse FETCH_HEAD && git apply '${sub?.patch}' && cat m n`
    expect(one.inFreshClone(script, RECURSIVE('fresh'))).toBe(`${moved}\n2\n${moved}\n2\n3`)
  })

  it('that the checkout does not have is named, and what is in it is archived', async () => {
    const one = new PatchCase(MODULE)
    const report = await one.collect('echo 2 >a; mkdir -p sub; echo x >sub/x')
    expect(report.warnings).toEqual([expect.stringMatching(/changes\.tar.*submodules sub/)])
    expect(one.inFreshClone(`git apply --index '${report.file}' && git status --short`)).toBe('M  a')
    expect(bash(`tar -tf '${join(one.record, 'changes.tar')}'`, one.folder).trimEnd()).toBe('sub/x')
  })
})

describe('repositories in folders (GIT-6, FID-5)', () => {
  const nested = 'git clone -q origin checkout; git clone -q origin checkout/lib'
  const work = 'echo 2 >a; echo 3 >lib/a; cd lib; git commit -qam three'

  it('have their own patches', async () => {
    const one = new PatchCase('echo 1 >a', nested)
    const report = await one.collect(work)
    expect(report).toMatchObject({
      warnings: [],
      main: { path: '' },
      repositories: [{ path: 'lib', commits: 2 }],
    })
    const [lib] = report.repositories
    expect(one.inFreshClone(`git apply '${report.file}' && cat a`)).toBe('2')
    expect(one.inFreshClone(`git apply '${lib?.patch}' && cat a`)).toBe('3')
  })

  it.each([
    ['repository-path', { repositoryPath: './lib/' }],
    ['the working directory', { workdir: 'lib' }],
  ])('have the patch where %s says so', async (_, wishes) => {
    const one = new PatchCase('echo 1 >a', nested)
    const report = await one.collect(work, wishes)
    expect(report).toMatchObject({
      warnings: [],
      commits: 2,
      main: { path: 'lib' },
      repositories: [{ path: '' }],
    })
    expect(one.inFreshClone(`git apply '${report.file}' && cat a`)).toBe('3')
  })

  it('have it where there is no other, and what is outside is archived', async () => {
    const one = new PatchCase(
      'echo 1 >a',
      'mkdir checkout; git clone -q origin checkout/lib; echo 1 >checkout/x',
    )
    const report = await one.collect('echo 3 >lib/a; echo 2 >x')
    expect(report).toMatchObject({ warnings: [], main: { path: 'lib' }, repositories: [] })
    expect(one.inFreshClone(`git apply '${report.file}' && cat a`)).toBe('3')
    expect(bash(`tar -tf '${join(one.record, 'changes.tar')}'`, one.folder).trimEnd()).toBe('x')
  })

  it('are reported when repository-path names none', async () => {
    const one = new PatchCase('echo 1 >a')
    const report = await one.collect('echo 2 >a', { repositoryPath: 'nowhere' })
    expect(report.warnings).toEqual([expect.stringMatching(/repository-path names no git repository/)])
    expect(report.repositories).toMatchObject([{ path: '' }])
  })
})

describe('ignored files (GIT-6, FID-5)', () => {
  it.each([
    [['dist/**'], 'dist/a.js\ndist/d/b.js'],
    [['dist'], 'dist/a.js\ndist/d/b.js'],
    [['dist/*.js'], 'dist/a.js'],
    [['**/*.{js,map}'], 'dist/a.js\ndist/d/b.js\nx.map'],
    [['*.js'], ''],
  ])('count where include-ignored has %j', async (includeIgnored, expected) => {
    const one = new PatchCase('printf "dist/\\n*.map\\n" >.gitignore')
    const report = await one.collect(
      'mkdir -p dist/d; echo 1 >dist/a.js; echo 1 >dist/d/b.js; echo 1 >x.map',
      {
        includeIgnored,
      },
    )
    const listed =
      report.file === null ? '' : one.inFreshClone(`git apply --numstat '${report.file}' | cut -f3`)
    expect(listed).toBe(expected)
    expect([...report.changes.written.keys()].sort().join('\n')).toBe(expected)
  })
})

import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { imageName } from '../support/engine.ts'
import { jobs } from '../support/jobs.ts'
import { artifactOf, recordOf } from '../support/record.ts'
import { messages } from '../support/runner.ts'
import { someOf } from '../support/slow.ts'

const image = imageName.base

describe('artifacts of a task', () => {
  const newJob = jobs()

  it('RUN-8 are all files in $ARTIFACT_DIR and those that the globs match', async () => {
    const job = await newJob()
    const run = `
      mkdir -p "$ARTIFACT_DIR/deep/er" coverage/html .hidden
      echo own >"$ARTIFACT_DIR/deep/er/file with blank.txt"
      : >"$ARTIFACT_DIR/empty"
      echo html >coverage/html/index.html
      echo json >coverage/summary.json
      echo log >top.log
      echo no >other.txt
    `
    const step = await job.uses({ image, run, artifacts: 'coverage/**\n*.log\n' })
    const { artifacts } = await recordOf(step)
    expect(artifacts).toEqual([
      'coverage/html/index.html',
      'coverage/summary.json',
      'deep/er/file with blank.txt',
      'empty',
      'top.log',
    ])
    expect(await artifactOf(step, 'deep/er/file with blank.txt')).toBe('own\n')
    expect(messages(step, 'warning')).toEqual([])
  })

  it('RUN-8 are collected from a task that failed, and from an empty workspace', async () => {
    const inputs = { image, workspace: 'none', artifacts: '**/*.xml' }
    const step = await (await newJob()).uses({ ...inputs, run: 'mkdir a; echo 1 >a/b.xml; exit 1' })
    expect((await recordOf(step)).artifacts).toEqual(['a/b.xml'])
  })

  it('RUN-8 that no glob matches are a warning', async () => {
    const step = await (await newJob()).uses({ image, run: 'true', artifacts: 'coverage/**' })
    expect(step.failed).toBe(false)
    expect(messages(step, 'warning')).toEqual([expect.stringContaining('coverage/**')])
  })

  it.each(someOf(['../*.txt', '/etc/host*', '**/../../*'], 2))(
    'RUN-8 are never found outside: %s',
    async (glob) => {
      const job = await newJob()
      writeFileSync(path.join(job.workspace, '../outside.txt'), 'outside')
      const step = await job.uses({ image, run: 'true', artifacts: glob })
      expect((await recordOf(step)).artifacts).toEqual([])
    },
  )
})

describe('a hostile task', () => {
  const newJob = jobs()
  const SECRET = 'only the runner may read this'
  const prepare = async () => {
    const job = await newJob()
    const host = path.join(job.layout.root, 'host')
    mkdirSync(host)
    writeFileSync(path.join(host, 'secret.txt'), SECRET)
    return { job, host }
  }

  it('RUN-8 links in $ARTIFACT_DIR to files of the runner are left out, with a warning', async () => {
    const { job, host } = await prepare()
    const run = `
      ln -s ${host}/secret.txt "$ARTIFACT_DIR/link"
      ln -s ${host} "$ARTIFACT_DIR/folder"
      ln -s /proc/self/environ "$ARTIFACT_DIR/environ"
      echo fine >"$ARTIFACT_DIR/fine"
    `
    const step = await job.uses({ image, run })
    expect((await recordOf(step)).artifacts).toEqual(['fine'])
    expect(messages(step, 'warning')).toEqual([expect.stringMatching(/environ.*folder.*link|link/)])
    expect(step.failed).toBe(false)
  })

  it.each(someOf(['out/secret.txt', 'out/*', 'out/**', '**', '**/*.txt', 'link.txt'], 3))(
    'RUN-8 links in the workspace lead no glob out of it: %s',
    async (glob) => {
      const { job, host } = await prepare()
      const run = `ln -s ${host} out; ln -s ${host}/secret.txt link.txt; mkdir real; echo mine >real/own.txt`
      const step = await job.uses({ image, run, artifacts: glob })
      expect(step.outputs.status).toBe('succeeded')
      const { artifacts } = await recordOf(step)
      expect(artifacts.filter((name) => name !== 'real/own.txt')).toEqual([])
    },
  )

  it('RUN-8 a link to another folder of the workspace is no way out of it', async () => {
    const job = await newJob()
    mkdirSync(path.join(job.workspace, 'build-1'))
    symlinkSync('build-1', path.join(job.workspace, 'build'))
    const inputs = { run: 'echo 1 >build/a.txt', artifacts: 'build/*.txt', workspace: 'bind' }
    const step = await job.uses({ image, ...inputs })
    expect((await recordOf(step)).artifacts).toEqual(['build/a.txt'])
  })

  it('ACT-2 output, summary and artifacts replaced by links show nothing of the runner', async () => {
    const { job, host } = await prepare()
    writeFileSync(path.join(host, 'pairs'), 'stolen=yes\n')
    chmodSync(path.join(host, 'pairs'), 0o644)
    const run = `
      cd /run/acode
      ln -sf ${host}/pairs output
      ln -sf ${host}/secret.txt summary
      rmdir artifacts; ln -s ${host} artifacts
    `
    const step = await job.uses({ image, run })
    expect(step.outputs).toMatchObject({ status: 'succeeded', outputs: '{}' })
    expect(step.outputs.stolen).toBeUndefined()
    expect(step.summary).not.toContain(SECRET)
    expect((await recordOf(step)).artifacts).toEqual([])
  })

  it('ACT-2 pipes and folders in place of files are not waited for', async () => {
    const run = `
      rm "$GITHUB_OUTPUT" "$GITHUB_STEP_SUMMARY"
      mkfifo "$GITHUB_OUTPUT" "$ARTIFACT_DIR/pipe" found.fifo
      mkdir "$GITHUB_STEP_SUMMARY" "$ARTIFACT_DIR/folder"
    `
    const step = await (await newJob()).uses({ image, run, artifacts: '*.fifo' })
    expect(step.outputs).toMatchObject({ status: 'succeeded', outputs: '{}' })
    expect(messages(step, 'warning').join('\n')).toContain('pipe')
    expect((await recordOf(step)).artifacts).toEqual([])
  })

  it('RUN-8 files and folders that it made unreadable are collected, and removed with the rest', async () => {
    const run = `
      mkdir -p "$ARTIFACT_DIR/shut/in" "$HOME/cache/mod"
      echo a >"$ARTIFACT_DIR/shut/in/a"; echo b >"$ARTIFACT_DIR/b"
      echo c >"$HOME/cache/mod/c"
      chmod 000 "$ARTIFACT_DIR/shut/in/a" "$ARTIFACT_DIR/shut/in" "$ARTIFACT_DIR/shut" "$ARTIFACT_DIR/b"
      chmod -R a-w "$HOME/cache"
    `
    const step = await (await newJob()).uses({ image, run })
    expect((await recordOf(step)).artifacts).toEqual(['b', 'shut/in/a'])
    expect(await artifactOf(step, 'shut/in/a')).toBe('a\n')
    expect((await recordOf(step)).cleanup.failed).toEqual([])
  })

  it('ACT-2 deleting the whole control folder costs it its own outputs only', async () => {
    const step = await (await newJob()).uses({ image, run: 'rm -rf /run/acode/* && echo gone' })
    expect(step.outputs).toMatchObject({ status: 'succeeded', outputs: '{}' })
    expect(step.lines).toContain('gone')
  })

  it('ACT-2 names of outputs, artifacts and labels put nothing into the log or the summary', async () => {
    const run = `
      printf 'a::error::b=1\\n' >>"$GITHUB_OUTPUT"
      touch "$ARTIFACT_DIR/$(printf 'x\\n::error::from a name')"
      mkfifo "$ARTIFACT_DIR/$(printf 'y\\n::error::from a pipe')"
    `
    const step = await (await newJob()).uses({ image, run, 'task-id': '<img src=x>|`' })
    expect(messages(step, 'error')).toEqual([])
    expect(step.summary).not.toContain('<img')
  })
})

describe('artifacts through links, from what a task wrote', () => {
  const newJob = jobs()

  it.each(['bind', 'overlay', 'clone', 'copy'])(
    'RUN-8 are the same for every method (%s)',
    async (workspace) => {
      const job = await newJob()
      const at = (name: string) => path.join(job.workspace, name)
      for (const folder of ['build-1/old', 'other', '.git/refs', '.git/objects'])
        mkdirSync(at(folder), { recursive: true })
      for (const file of ['build-1/kept.txt', 'build-1/changed.txt', 'build-1/gone.txt', 'build-1/old/x.txt'])
        writeFileSync(at(file), 'old\n')
      writeFileSync(at('.git/HEAD'), 'ref: refs/heads/main\n')
      writeFileSync(at('.git/config'), '')
      symlinkSync('build-1', at('build'))
      symlinkSync('other', at('turned'))
      symlinkSync(job.layout.home, at('replaced'))
      const run = `
      echo new >build/changed.txt; rm build/gone.txt; mkdir build/deep; echo new >build/deep/new.txt
      ln -s build chain; ln -sfn build-1 turned; rm replaced; mkdir replaced; echo new >replaced/own.txt
      ln -s . self; ln -s ../.. up; ln -s loop loop; ln -s "$PWD/build-1" absolute; ln -s .git git; mkfifo other/pipe.txt
    `
      const artifacts = [
        'build/*.txt',
        'chain/**/*.txt',
        'turned/{changed,deep/new}.txt',
        'replaced/*',
        'self/build/kept.txt',
        'up/**',
        'loop/*',
        'absolute/kept.*',
        'git/**',
        '.git/**',
        '{other,nothing/deep}/*',
      ]
      const step = await job.uses({ image, run, workspace, artifacts: artifacts.join('\n') })
      expect(step.outputs.status, step.output).toBe('succeeded')
      expect((await recordOf(step)).artifacts).toEqual([
        'absolute/kept.txt',
        'build/changed.txt',
        'build/kept.txt',
        'chain/changed.txt',
        'chain/deep/new.txt',
        'chain/kept.txt',
        'chain/old/x.txt',
        'replaced/own.txt',
        'self/build/kept.txt',
        'turned/changed.txt',
        'turned/deep/new.txt',
      ])
      expect(await artifactOf(step, 'chain/changed.txt')).toBe('new\n')
      expect(messages(step, 'warning').join()).toMatch(/Left out of the artifacts.*loop, other\/pipe.txt$/)
    },
  )
})

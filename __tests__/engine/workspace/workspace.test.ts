import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { docker, imageName, removeCaches } from '../../support/engine.ts'
import { jobs } from '../../support/jobs.ts'
import { recordOf } from '../../support/record.ts'
import { messages } from '../../support/runner.ts'

const image = imageName.base

describe('the workspace of a task', () => {
  const newJob = jobs()

  it('ACT-2 bind is the runner’s own folder at the same path, and the working directory', async () => {
    const job = await newJob()
    writeFileSync(path.join(job.workspace, 'given'), 'given\n')
    const run = 'pwd; cat given; echo made >made; test "$PWD" = "$GITHUB_WORKSPACE" && echo same'
    const step = await job.uses({ image, run, workspace: 'bind' })
    expect(step.lines).toEqual(expect.arrayContaining([job.workspace, 'given', 'same']))
    expect(readFileSync(path.join(job.workspace, 'made'), 'utf8')).toBe('made\n')
    expect((await recordOf(step)).workspace).toMatchObject({ method: 'bind', path: job.workspace })
  })

  it('CTN-10 none is empty, writable, the task’s own, and gone with it', async () => {
    const job = await newJob()
    writeFileSync(path.join(job.workspace, 'given'), 'given\n')
    const run = 'pwd; ls -A | wc -l; echo made >made; cat made'
    for (const _ of ['first', 'second']) {
      const step = await job.uses({ image, run, workspace: 'none' })
      expect(step.lines).toEqual(expect.arrayContaining([job.workspace, '0', 'made']))
      expect((await recordOf(step)).workspace).toMatchObject({ method: 'none' })
    }
    expect(existsSync(path.join(job.workspace, 'made'))).toBe(false)
  })

  it.each(['bind', 'none'])('ACT-2 %s appears where workspace-path says', async (workspace) => {
    const run = 'pwd; echo "$GITHUB_WORKSPACE"; mkdir -p sub'
    const step = await (await newJob()).uses({ image, run, workspace, 'workspace-path': '/srv/my work' })
    expect(step.lines.filter((line) => line === '/srv/my work')).toHaveLength(2)
  })

  it.each([
    ['below the workspace', 'a/b', (workspace: string) => `${workspace}/a/b`],
    ['elsewhere in the image', '/usr/bin', () => '/usr/bin'],
  ])('IMG-7 working-directory %s', async (_, directory, expected) => {
    const job = await newJob()
    mkdirSync(path.join(job.workspace, 'a/b'), { recursive: true })
    const step = await job.uses({ image, run: 'pwd', 'working-directory': directory })
    expect(step.lines).toContain(expected(job.workspace))
  })

  it('ACT-2 that is not there on the runner is an error that says what to do', async () => {
    const job = await newJob({ github: { GITHUB_WORKSPACE: '/nonexistent/workspace' } })
    const step = await job.uses({ image, run: 'true' })
    expect(step.outputs).toMatchObject({ status: 'error', 'error-code': 'ACODE-CTN-010' })
    expect(messages(step, 'error')[0]).toMatch(/\/nonexistent\/workspace.*Check out/)
  })

  it('RUN-5 may have a path with blanks, commas, quotes and colons in it', async () => {
    const job = await newJob({ github: { GITHUB_REPOSITORY: 'octo-org/it, "is" fine' } })
    const step = await job.uses({ image, run: 'pwd; echo 1 >made', workspace: 'bind' })
    expect(step.failed, step.output).toBe(false)
    expect(existsSync(path.join(job.workspace, 'made'))).toBe(true)
  })
})

describe('mounts of a task', () => {
  const newJob = jobs()

  it('RUN-1 are there, to be written or only to be read', async () => {
    const job = await newJob()
    mkdirSync(path.join(job.workspace, 'data'))
    mkdirSync(path.join(job.layout.root, 'other, place'))
    const mounts = `data:/data\n${job.layout.root}/other, place:/other place:ro\n`
    const run = 'echo 1 >/data/made; (echo 2 >"/other place/made") 2>&1 || true'
    const step = await job.uses({ image, run, mounts })
    expect(existsSync(path.join(job.workspace, 'data/made'))).toBe(true)
    expect(existsSync(path.join(job.layout.root, 'other, place/made'))).toBe(false)
    expect(step.output).toContain('Read-only file system')
  })

  it('RUN-1 may be a single file', async () => {
    const job = await newJob()
    writeFileSync(path.join(job.workspace, 'settings.xml'), '<settings/>')
    const step = await job.uses({
      image,
      run: 'cat /etc/settings.xml',
      mounts: 'settings.xml:/etc/settings.xml:ro',
    })
    expect(step.output).toContain('<settings/>')
  })

  it('IMG-3 from the workspace cannot lead out of it through a link', async () => {
    const job = await newJob()
    symlinkSync(job.layout.home, path.join(job.workspace, 'innocent'))
    symlinkSync('data', path.join(job.workspace, 'inside'))
    mkdirSync(path.join(job.workspace, 'data'))
    for (const source of ['innocent', 'innocent/', '../..', 'data/../../..']) {
      const step = await job.uses({ image, run: 'true', mounts: `${source}:/m` })
      expect(step.outputs['error-code'], source).toBe('ACODE-CTN-011')
    }
    const step = await job.uses({ image, run: 'echo 1 >/m/made', mounts: 'inside:/m' })
    expect(step.failed, step.output).toBe(false)
    expect(existsSync(path.join(job.workspace, 'data/made'))).toBe(true)
  })

  it('RUN-1 whose source is not there are an error, and nothing is made there', async () => {
    const job = await newJob()
    const step = await job.uses({ image, run: 'true', mounts: 'missing:/m' })
    expect(step.outputs['error-code']).toBe('ACODE-CTN-006')
    expect(existsSync(path.join(job.workspace, 'missing'))).toBe(false)
  })
})

describe('cache volumes', () => {
  const newJob = jobs()

  it.each(['0:0', '1234:2345'])(
    'CTN-10 are the one thing that outlives a task, for user %s',
    async (user) => {
      const name = `acode-test-cache-${user.replace(':', '-')}`
      const inputs = { image, user, 'cache-volumes': `${name}:/cache/deep`, workspace: 'none' }
      try {
        const job = await newJob()
        const first = await job.uses({ ...inputs, run: 'ls -A /cache/deep; echo kept >/cache/deep/file' })
        expect(first.outputs.status, first.output).toBe('succeeded')
        const second = await job.uses({ ...inputs, run: 'cat /cache/deep/file; echo 2 >>/cache/deep/file' })
        expect(second.lines).toContain('kept')
        expect(second.outputs.status, second.output).toBe('succeeded')
      } finally {
        await removeCaches(name)
      }
    },
  )

  it('IMG-3 are read-only roots’ way to keep something', async () => {
    const name = 'acode-test-cache-read-only'
    const inputs = { image, user: '1234', 'cache-volumes': `${name}:/cache`, 'read-only': 'true' }
    try {
      const step = await (await newJob()).uses({ ...inputs, workspace: 'none', run: 'echo 1 >/cache/file' })
      expect(step.outputs.status, step.output).toBe('succeeded')
    } finally {
      await removeCaches(name)
    }
  })
})

describe('a read-only root', () => {
  const newJob = jobs()
  const run = `
    for folder in / /etc /usr/bin /home/app /run; do
      if echo 1 2>/dev/null >"$folder/made"; then echo "wrote $folder"; fi
    done
    for folder in /tmp "$HOME" "$ARTIFACT_DIR" "$GITHUB_WORKSPACE" /dev/shm; do echo 1 >"$folder/made"; done
    echo a=1 >>"$GITHUB_OUTPUT"; cat /run/acode/secrets/KEY | wc -c
  `

  it.each([
    ['none', 'runner', image],
    ['bind', 'runner', image],
    ['none', '1234:2345', image],
    ['none', 'image', imageName.user],
  ])(
    'IMG-3 leaves the workspace (%s), control folder and /tmp writable for user %s',
    async (workspace, user, from) => {
      const inputs = { image: from, run, workspace, user, 'read-only': 'true', secrets: 'KEY=abcdef' }
      const step = await (await newJob()).uses(inputs)
      expect(step.outputs, step.output).toMatchObject({ status: 'succeeded', a: '1' })
      expect(step.output).not.toContain('wrote')
      expect((await recordOf(step)).artifacts).toEqual(['made'])
    },
  )
})

describe('a network', () => {
  const newJob = jobs()

  it('IMG-3 of none has the loopback only', async () => {
    const step = await (await newJob()).uses({ image, run: 'ls /sys/class/net', network: 'none' })
    expect(step.lines.filter((line) => /^(lo|eth\d+)$/.test(line))).toEqual(['lo'])
  })

  it('IMG-3 may be one that is there already', async () => {
    const network = 'acode-test-network'
    await docker('network', 'create', '--internal', network)
    try {
      const step = await (await newJob()).uses({ image, run: 'ls /sys/class/net', network })
      expect(step.lines).toContain('eth0')
    } finally {
      await docker('network', 'rm', network)
    }
  })

  it('CTN-7 that is not there is an error that names it', async () => {
    const step = await (await newJob()).uses({ image, run: 'true', network: 'acode-test-missing' })
    expect(step.outputs).toMatchObject({ status: 'error', 'error-code': 'ACODE-CTN-003' })
    expect(messages(step, 'error')[0]).toContain('acode-test-missing')
  })
})

describe('the workspace of a runner', () => {
  const newJob = jobs()

  it('IMG-3 gets back nothing changed but what the task wrote', async () => {
    const job = await newJob()
    writeFileSync(path.join(job.workspace, 'file'), 'x', { mode: 0o640 })
    const before = statSync(path.join(job.workspace, 'file'))
    const folder = statSync(job.workspace)
    await job.uses({ image, run: 'cat file' })
    const after = statSync(path.join(job.workspace, 'file'))
    expect([after.mode, after.mtimeMs, statSync(job.workspace).mode]).toEqual([
      before.mode,
      before.mtimeMs,
      folder.mode,
    ])
  })
})

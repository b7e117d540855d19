import { readFile } from 'node:fs/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { ArtifactService } from '../../support/artifact-service.ts'
import { recordDockerCalls } from '../../support/docker-calls.ts'
import { imageName } from '../../support/engine.ts'
import { EngineGate } from '../../support/engine-gate.ts'
import { HOLD, whileHeld } from '../../support/held-task.ts'
import { jobs } from '../../support/jobs.ts'
import { eventsOf, logOf, recordOf } from '../../support/record.ts'
import type { Job } from '../../support/runner.ts'

const image = imageName.base
const PLAIN = 'plain-Secret-4711'
const LINES = ['-----BEGIN KEY-----', 'bGluZSBvbmU+Pg==', 'ünïcode line two', '-----END KEY-----']
const QUOTED = `it's "quoted" $HOME \\n`
const secrets = `PLAIN=${PLAIN}\nQUOTED=${QUOTED}\nMULTI<<EOS\n${LINES.join('\n')}\nEOS\n`
const values = [PLAIN, QUOTED, LINES.join('\n'), ...LINES]

describe('secrets', () => {
  const newJob = jobs()
  let service: ArtifactService
  let job: Job

  beforeEach(async () => {
    service = await ArtifactService.start()
    job = await newJob({ artifacts: service, runner: { RUNNER_DEBUG: '1' } })
    return () => service.stop()
  })

  it('RUN-5 are files of mode 0400 that the task can read, byte for byte', async () => {
    const run = `
      ls -l /run/acode/secrets; cd /run/acode/secrets
      for name in *; do md5sum "$name"; done
    `
    const step = await job.uses({ image, run, secrets })
    const { createHash } = await import('node:crypto')
    for (const [name, value] of Object.entries({ PLAIN, QUOTED, MULTI: `${LINES.join('\n')}\n` })) {
      expect(step.output).toMatch(new RegExp(`^-r-------- .* ${name}$`, 'm'))
      expect(step.lines).toContain(`${createHash('md5').update(value).digest('hex')}  ${name}`)
    }
  })

  it('RUN-5 are on no command line, in no variable and not in what the engine knows', async () => {
    const shim = recordDockerCalls(job.layout.root)
    const gate = await EngineGate.start()
    const env = { ...shim.env, ...gate.env }
    const running = job.start({ image, run: `env; ${HOLD}`, secrets }, { env })
    const { looked, step } = await whileHeld(running, ({ json }) => json)
    await step.post()
    const calls = shim.calls()
    expect(new Set(calls.map(({ args }) => args[0]))).toEqual(new Set(['create']))
    // INPUT_SECRETS is what the runner itself gives the step.
    const given = calls.map(({ args, env }) => [args, [...env].filter(([name]) => name !== 'INPUT_SECRETS')])
    const found = values.filter((value) =>
      JSON.stringify([looked, given, gate.requests()]).includes(JSON.stringify(value).slice(1, -1)),
    )
    expect(found).toEqual([])
  })

  it('RUN-5 that the task prints are struck out of log and record, also where they come in pieces', async () => {
    const run = `
      cat /run/acode/secrets/*; echo
      printf 'plain-Sec'; sleep 0.2; printf 'ret-4711 is in pieces\\n'
      printf '${LINES[1]?.slice(0, 6)}'; sleep 0.2; echo '${LINES[1]?.slice(6)}'
      echo "plain-Secret" is not whole
      cat /run/acode/secrets/MULTI >"$GITHUB_STEP_SUMMARY"
      printf 'plain-Secr'
    `
    const step = await job.uses({ image, run, secrets })
    await step.post()
    const [artifact] = service.artifacts.values()
    const places = {
      log: step.log,
      summary: step.summary,
      'runner.log': (await logOf(step)).toString(),
      'run.json': JSON.stringify(await recordOf(step)),
      'events.jsonl': JSON.stringify(await eventsOf(step)),
      ...Object.fromEntries([...(artifact?.files ?? [])].map(([name, bytes]) => [name, bytes.toString()])),
    }
    expect(Object.keys(places)).toContain('container/logs/runner.log')
    for (const [place, text] of Object.entries(places))
      expect({ place, found: values.filter((value) => text.includes(value)) }).toEqual({ place, found: [] })
    expect(places['runner.log']).toContain('*** is in pieces\n')
    expect(places['runner.log']).toContain('plain-Secret is not whole\n')
    expect(places['runner.log']).toMatch(/plain-Secr$/)
  })

  it('RNR-3 are struck out in every form that the runner masks, and quoted, of all that leaves the job', async () => {
    const printed = [
      ...[0, 1, 2].map((shift) => Buffer.from(`${'x'.repeat(shift)}${QUOTED}.`).toString('base64')),
      Buffer.from(LINES.join('\n')).toString('base64'),
      JSON.stringify({ QUOTED, PLAIN }),
      encodeURIComponent(QUOTED),
      `'${QUOTED.replaceAll("'", "'\\''")}'`,
      QUOTED.replaceAll("'", "''"),
      QUOTED.replaceAll('"', '&quot;').replaceAll("'", '&apos;'),
      QUOTED.replace(/[\\|`*[\]]/g, '\\$&'),
    ]
    const run = `cat >forms <<'THE_END'\n${printed.join('\n')}\nTHE_END\ncat forms; cat forms >"$GITHUB_STEP_SUMMARY"`
    const step = await job.uses({ image, run, secrets, labels: `x=${QUOTED}`, workspace: 'copy' })
    const post = await step.post()
    expect(step.outputs.status, step.log).toBe('succeeded')
    const [artifact] = service.artifacts.values()
    const files = [...(artifact?.files ?? [])].filter(([name]) => !name.endsWith('/changes.tar'))
    const places = {
      log: step.log,
      // With what the runner itself does not mask.
      debug: step.debug.join('\n'),
      summary: step.summary,
      post: post.log,
      ...Object.fromEntries(files.map(([name, bytes]) => [name, bytes.toString()])),
    }
    const pieces = [
      ...printed.map((form) => form.slice(6, 22)),
      'quoted',
      'plain-Secret',
      PLAIN,
      LINES[1] ?? '',
    ]
    for (const [place, text] of Object.entries(places))
      expect({ place, found: pieces.filter((piece) => text.includes(piece)) }).toEqual({ place, found: [] })
    expect(step.annotations).toMatchObject([
      {
        level: 'warning',
        message: expect.stringMatching(/^Secrets of the task are in what it left.*: changes\.tar\. /),
      },
    ])
  })

  it('RNR-3 that the task put into its artifacts are reported by the names of the files', async () => {
    const run = `cd "$ARTIFACT_DIR"; echo fine >a; base64 /run/acode/secrets/PLAIN >b; mkdir c; cat /run/acode/secrets/MULTI >c/d`
    const step = await job.uses({ image, run, secrets })
    expect(step.annotations).toMatchObject([
      {
        level: 'warning',
        message: expect.stringMatching(
          /^Secrets of the task are in what it left.*: artifacts\/b, artifacts\/c\/d\. /,
        ),
      },
    ])
  })

  it('RUN-5 that a command holds are struck out of its summaries, whatever quoting they need', async () => {
    const command = JSON.stringify(['true', PLAIN, `--key=${QUOTED}`, LINES.join('\n')])
    const step = await job.uses({ image, command, secrets })
    const { commandSummary } = await recordOf(step)
    const seen = [step.log, step.summary, commandSummary, JSON.stringify(await eventsOf(step))].join('\n')
    expect([PLAIN, 'quoted', LINES[1] ?? ''].filter((value) => seen.includes(value))).toEqual([])
    expect(commandSummary).toContain('***')
  })

  it('RUN-5 are gone from the runner’s disk when the step is over', async () => {
    const step = await job.uses({ image, run: 'true', secrets })
    const { execFile } = await import('node:child_process')
    const { promisify } = await import('node:util')
    const found = promisify(execFile)('grep', ['-rlF', PLAIN, job.temp])
    await expect(found, 'grep ends with 1 where it finds nothing').rejects.toMatchObject({ code: 1 })
    expect(await readFile(step.outputs.record ?? '', 'utf8')).toContain('succeeded')
  })

  it('RUN-5 that are words of the record leave it readable', async () => {
    const year = String(new Date().getUTCFullYear())
    const words = ['succeeded', 'task.container.started', year, 'e', '{', '"']
    const step = await job.uses({
      image,
      run: 'true',
      secrets: words.map((word, at) => `W${at}=${word}`).join('\n'),
    })
    expect((await recordOf(step)).status).toBe('succeeded')
    expect((await eventsOf(step)).map(({ type }) => type)).toContain('task.container.started')
    expect((await step.post()).annotations).toEqual([])
  })

  it('RUN-5 that are empty or short harm nothing', async () => {
    const step = await job.uses({
      image,
      run: 'echo "a b c"; ls /run/acode/secrets',
      secrets: 'EMPTY=\nSHORT=b',
    })
    expect(step.failed).toBe(false)
    expect(step.lines).toEqual(expect.arrayContaining(['EMPTY', 'SHORT']))
    expect(step.annotations).toMatchObject([
      { level: 'warning', message: expect.stringMatching(/^Not masked are the secrets EMPTY, SHORT: /) },
    ])
    expect(step.masks).toEqual([])
  })
})

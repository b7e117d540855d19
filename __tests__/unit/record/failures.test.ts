import { describe, expect, it } from 'vitest'
import { Recorder } from '../../../src/record/recorder.ts'
import type { RunRecord } from '../../../src/record/run-record.ts'
import { publish } from '../../../src/record/summary/publish.ts'
import { Redaction } from '../../../src/streams/redact.ts'
import { fileCommands } from '../../support/file-commands.ts'
import { RECORD, recordWith } from '../../support/record.ts'
import { freshPaths } from '../../support/record-paths.ts'

const container = {
  ...RECORD.container,
  image: 'app',
  platform: 'linux/arm64',
  user: '1001:1001',
  profile: 'strict',
  network: 'acode-s1-unit-net',
}

const signals: Readonly<Record<number, string>> = {
  132: 'SIGILL',
  134: 'SIGABRT',
  135: 'SIGBUS',
  137: 'SIGKILL',
  139: 'SIGSEGV',
  141: 'SIGPIPE',
  143: 'SIGTERM',
}

/** A task that failed so, as a person meets it. */
async function failed(exitCode: number, output: string, fields: Partial<RunRecord> = {}) {
  const paths = await freshPaths()
  const record = recordWith({
    label: 'unit (22, ubuntu)',
    status: 'failed',
    error: null,
    exitCode,
    signal: signals[exitCode] ?? null,
    container,
    ...fields,
  })
  const files = fileCommands()
  const recorder = await Recorder.open(record, paths, new Redaction(['hunter22']))
  recorder.log.write(output)
  await recorder.finish()
  await publish(recorder, null, 'acode-s1-unit')
  const [, title, data = ''] = /^::error title=(.*?)::(.*)$/m.exec(files.printed()) ?? []
  return { title, message: data.replaceAll('%0A', '\n').replaceAll('%25', '%'), summary: files.summary() }
}

const profile = (name: string): Partial<RunRecord> => ({ container: { ...container, profile: name } })

/** Exit, end of the output, and what the hint says. */
const TABLE: readonly [number, string, RegExp | null, Partial<RunRecord>?][] = [
  [1, 'AssertionError: 1 != 2', null],
  [2, '', null],
  [3, 'lint: 4 problems', null],
  [255, 'fatal', null],
  [126, '/run/acode/script: line 1: ./build.sh: Permission denied', /git update-index --chmod=\+x/],
  [126, 'sh: ./data: cannot execute', /permission to execute/],
  [126, 'sh: ./run.sh: /bin/bash^M: bad interpreter: No such file or directory', /Windows line ends/],
  [127, "env: 'bash\\r': No such file or directory", /Windows line ends/],
  [127, 'sh: 1: npm: not found', /The image has no npm: use an image/],
  [127, '/run/acode/script: line 3: cargo: not found', /no cargo/],
  [127, 'bash: line 7: dotnet: command not found', /no dotnet/],
  [127, 'zsh: command not found: go', /no go:/],
  [127, "env: 'python': No such file or directory", /no python: use shell/],
  [127, "env: can't execute 'node': No such file or directory", /no node/],
  [
    127,
    'OCI runtime create failed: exec: "bash": executable file not found in $PATH: unknown',
    /no bash: use shell/,
  ],
  [127, 'exec /app/start: no such file or directory', /no \/app\/start/],
  [127, 'sh: ./tool: not found', /no \.\/tool, or not what starts it .*musl/],
  [1, 'Error: ENOSPC: System limit for number of file watchers reached, watch', /max_user_watches/],
  [1, 'zygote_host_impl_linux.cc: No usable sandbox!', /--no-sandbox/],
  [
    134,
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    /max-old-space-size/,
  ],
  [1, 'sh: can’t fork: Resource temporarily unavailable\nsh: cannot fork', /raise pids-limit/],
  [1, "RuntimeError: can't start new thread", /raise pids-limit/],
  [1, 'Error: EMFILE: too many open files', /--ulimit nofile/],
  [127, '', /was not found in the image/],
  [1, 'exec /usr/local/bin/app: exec format error', /is for linux\/arm64.*runner \(X64\)/],
  [126, 'sh: ./tool: Exec format error', /another processor/],
  [1, 'tar: write error: No space left on device', /A disk is full/],
  [1, 'Error: ENOSPC: no space left on device, write', /A disk is full/],
  [
    1,
    'touch: /opt/x: Permission denied',
    /runs as 1001:1001 and may write to its workspace, \$HOME and \/tmp alone in profile strict/,
  ],
  [243, "npm error Error: EACCES: permission denied, mkdir '/usr/lib/node_modules'", /profile: standard/],
  [1, 'chown: changing ownership: Operation not permitted', /profile strict/],
  [1, 'touch: /opt/x: Permission denied', /check whose the file is/, profile('standard')],
  [1, 'sh: can not create /etc/x: Read-only file system', /leave read-only out/],
  [1, 'dial unix /var/run/docker.sock: connect: permission denied', /No task is given the engine/],
  [128, "fatal: detected dubious ownership in repository at '/src'", /safe\.directory/],
  [6, 'curl: (6) Could not resolve host: example.org', /could not be resolved/],
  [
    6,
    'curl: (6) Could not resolve host: example.org',
    /network: none/,
    { container: { ...container, network: 'none' } },
  ],
  [132, 'Illegal instruction', /SIGILL/],
  [134, 'Aborted', /gave itself up/],
  [135, 'Bus error', /shm-size/],
  [137, 'Killed', /SIGKILL.*memory/],
  [139, 'Segmentation fault', /crashed \(SIGSEGV\)/],
  [141, '', /SIGPIPE/],
  [143, 'Terminated', /SIGTERM/],
  [125, 'docker: invalid reference', /cannot start a command/],
]

describe('a failed task says why (SEE-1)', () => {
  it.each(TABLE.map(([exitCode, output, hint, fields]) => ({ exitCode, output, hint, fields })))(
    'exit $exitCode after $output',
    async ({ exitCode, output, hint, fields }) => {
      const { title, message, summary } = await failed(exitCode, `begin\n${output}\n`, fields)
      const signal = signals[exitCode]
      expect(title).toBe(
        `unit (22%2C ubuntu) failed (exit ${exitCode}${signal === undefined ? '' : `%2C ${signal}`})`,
      )
      const [first = '', ...lines] = message.split('\n')
      expect(first).toMatch(new RegExp(`^The task exited with ${exitCode}( \\(${signal}\\))?\\. `))
      expect(first).toMatch(/ The last lines of its output:$/)
      expect(lines.join('\n')).toBe(`begin\n${output}`.trimEnd())
      const [heading, ...blocks] = summary.split('\n\n')
      const exit = signal === undefined ? `${exitCode}` : `${exitCode} (${signal})`
      expect(heading).toBe(`### ❌ unit (22, ubuntu): failed (exit ${exit})`)
      if (hint === null)
        expect(first.replace(/ The last lines.*/, '')).toBe(`The task exited with ${exitCode}.`)
      else {
        expect(first).toMatch(hint)
        expect(blocks.shift()).toMatch(/^> /)
      }
      expect(blocks[0]).toBe(`\`\`\`text\n${`begin\n${output}`.trimEnd()}\n\`\`\``)
    },
  )

  it('of the engine’s making has a hint too', async () => {
    const error = {
      code: 'ACODE-CTN-003',
      message: 'The engine failed: could not select device driver "" with capabilities: [[gpu]].',
    } as const
    const { title, message, summary } = await failed(0, '', { status: 'error', exitCode: null, error })
    expect(title).toBe('ACODE-CTN-003')
    expect(message).toMatch(/NVIDIA Container Toolkit/)
    expect(summary).toMatch(/^### ⚠️ unit \(22, ubuntu\): error\n\n> \*\*ACODE-CTN-003\*\* .*\n\n> .*NVIDIA/)
  })

  it('says that there was no output', async () => {
    const { message } = await failed(1, '')
    expect(message).toBe('The task exited with 1. It printed nothing.')
  })

  it('shows the last 20 lines without colours and secrets, and none of them a command (RUN-5)', async () => {
    const lines = Array.from({ length: 30 }, (_, index) => `\u001b[32mline ${index}\u001b[0m`)
    const { message, summary } = await failed(
      1,
      [...lines, 'pass hun\u001b[1mter22', '::error::forged', '##[error]forged', '```', ''].join('\n'),
    )
    expect(summary).toContain('````text\nline 14\n')
    expect(summary).toContain('\nline 29\npass ***\n::error::forged\n##[error]forged\n```\n````\n')
    expect(message).toContain('pass ***\n: :error::forged\n# #[error]forged\n```')
    for (const text of ['hunter', '\u001b']) expect(message).not.toContain(text)
  })

  it('keeps its end where the lines are long, within what the runner keeps of an annotation', async () => {
    const { message } = await failed(1, `${`${'x'.repeat(390)}\n`.repeat(30)}the end\n`)
    expect(message.endsWith('x\nthe end')).toBe(true)
    expect(message.length).toBeLessThan(2_000)
  })

  it('reads only the end of a long log', async () => {
    const { summary } = await failed(1, `${'x'.repeat(3_000_000)}\nthe end\n`)
    expect(summary).toContain('```text\nthe end\n```')
  })
})

import { createHash } from 'node:crypto'
import type { RunRecord } from '../../src/record/run-record.ts'
import type { Leg } from '../../src/report/leg.ts'
import { recordWith, STARTED_AT } from './record.ts'

const IMAGES = [
  'node:22-slim',
  'mcr.microsoft.com/dotnet/sdk:8.0',
  'golang:1.24',
  'ghcr.io/acme/unity-builder:2022.3',
]
const NAMES = [
  'lint',
  'unit',
  'dotnet',
  'e2e',
  'docs',
  'bench',
  'package',
  'unity',
  'audit',
  'types',
  'i18n',
  'smoke',
]

/** A leg whose record is as of a task that ended so, some seconds after the run began. */
export function legWith(
  id: string,
  status: RunRecord['status'],
  [from, seconds]: readonly [number, number],
  fields: Partial<RunRecord> = {},
): Leg {
  const startedAt = new Date(STARTED_AT.getTime() + from * 1000)
  const record: RunRecord = {
    ...recordWith(),
    session: 'r1a1',
    task: id,
    status,
    exitCode: status === 'succeeded' ? 0 : status === 'failed' ? 1 : null,
    error: null,
    startedAt: startedAt.toISOString(),
    finishedAt: new Date(startedAt.getTime() + seconds * 1000).toISOString(),
    durationSeconds: seconds,
    phases: {
      prepare: 40,
      pull: seconds * 150,
      workspace: 60,
      create: 90,
      run: seconds * 800,
      collect: 120,
      remove: 80,
    },
    usage: usageOf(id, seconds),
    job: { id: 'tasks', url: 'https://github.com/octo/repo/actions/runs/1/job/2' },
    ...fields,
  }
  return {
    id,
    status,
    record: { ...record, container: { ...record.container, image: imageOf(id), ...fields.container } },
    logEnd: null,
    reason: null,
    artifact: `acode-r1a1-${id}`,
    link: 'https://github.com/octo/repo/actions/runs/1/artifacts/3',
  }
}

const MEBIBYTE = 1024 * 1024

/** What a task of that length used, and when: memory that grows, shrinks and grows. */
function usageOf(id: string, seconds: number): RunRecord['usage'] {
  const peakMemoryBytes = MEBIBYTE * Math.round(40 + seconds)
  const whole = { peakMemoryBytes, cpuSeconds: seconds * 0.8 }
  const steps = Math.min(60, Math.floor(seconds))
  if (steps < 4) return whole
  const wave = id.length + seconds
  const samples = {
    stepSeconds: Math.max(1, Math.ceil(seconds / 60)),
    memoryBytes: Array.from({ length: steps }, (_, at) =>
      Math.round(peakMemoryBytes * (0.4 + 0.6 * Math.abs(Math.sin((wave * at) / steps / 10)))),
    ),
    cpuSeconds: Array.from({ length: steps }, (_, at) => ((at + 1) / steps) * seconds * 0.8),
  }
  return { ...whole, samples }
}

const TESTS: RunRecord['tests'] = {
  total: 120,
  passed: 117,
  failed: 2,
  skipped: 1,
  seconds: 14,
  failures: [
    {
      name: 'pays once',
      suite: 'checkout',
      message: 'expected 1, got 2',
      file: 'src/checkout.test.ts',
      line: 42,
    },
    { name: 'sends a receipt', suite: 'checkout', message: null, file: null, line: null },
  ],
  slowest: [{ name: 'pays once', suite: 'checkout', seconds: 6 }],
  files: [{ name: 'results/junit.xml', format: 'junit', fault: null }],
}

/** A leg that left no record. */
export function missingLeg(id: string): Leg {
  return {
    id,
    status: 'missing',
    record: null,
    logEnd: null,
    reason: 'It left no record.',
    artifact: null,
    link: null,
  }
}

const LOG = Array.from(
  { length: 30 },
  (_, line) => `\u001b[32m✓\u001b[39m suite ${line} passes (${line * 7} ms)`,
).join('\n')

/** As many legs as wanted, most of them passed, eight at a time on as many runners; the same every time. */
export function legsOfRun(count: number): Leg[] {
  const free = Array.from({ length: 8 }, () => 0)
  return Array.from({ length: count }, (_, index) => {
    const name = NAMES[index % NAMES.length]
    const id = count <= NAMES.length ? String(name) : `${name}-${String(index).padStart(3, '0')}`
    const seconds = 4 + (createHash('sha256').update(id).digest()[0] ?? 0) / 3
    const from = Math.min(...free)
    free[free.indexOf(from)] = from + seconds + 1.5
    return legAt(id, index, [from, seconds])
  })
}

function legAt(id: string, index: number, when: readonly [number, number]): Leg {
  const workspace = {
    method: 'overlay',
    reason: '',
    path: '/work',
    changedFiles: index % 5,
    deletedFiles: index % 3,
    ...(index % 2 === 0 && { addedLines: index * 7, removedLines: index * 3 }),
  }
  const error = (code: 'ACODE-CTN-007' | 'ACODE-CTN-008', message: string) => ({ code, message })
  switch (index % 29) {
    case 3:
      return {
        ...legWith(id, 'failed', when, { workspace, tests: TESTS }),
        logEnd: `${LOG}\n✗ checkout pays twice\n  expected 1, got 2\n`,
      }
    case 5: {
      const slow = { error: error('ACODE-CTN-007', `acode-r1a1-${id} ran longer than 90 s and was stopped.`) }
      return { ...legWith(id, 'timed-out', when, slow), logEnd: 'waiting for the database\n'.repeat(8) }
    }
    case 7: {
      const large = {
        error: error('ACODE-CTN-008', `acode-r1a1-${id} used more than its 2 GiB.`),
        exitCode: 137,
        signal: 'SIGKILL',
      }
      return { ...legWith(id, 'out-of-memory', when, large), logEnd: 'Killed\n' }
    }
    case 9:
      return legWith(id, 'skipped', [0, 0])
    case 11:
      return missingLeg(id)
    default:
      return legWith(id, 'succeeded', when, { workspace })
  }
}

function imageOf(id: string): string {
  const [first = 0] = createHash('sha256').update(`image ${id}`).digest()
  return IMAGES[first % IMAGES.length] ?? 'node:22'
}

import { chmodSync, mkdirSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Job } from '../../support/runner.ts'
import { TRIES_TIMEOUT_MS, tries } from '../../support/slow.ts'
import { bash, below } from '../../support/tree.ts'
import { differences, tryTask } from '../../support/workspace-task.ts'

/** For each method so many tasks × 100 sequences, each sequence in its own folder with its own tree. */
const TASKS = tries(2, 100)
const SEQUENCES = 100

const name = fc.constantFrom('a', 'b', 'c', 'd e', '-f', '\\n"', 'é')
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'))
const content = fc.oneof(
  fc.constantFrom('', '1\n', 'a\nb\nc\n', 'a\nb\nc', 'a\r\nb\r\n', 'binary\0x'),
  fc
    .integer({ min: 5, max: 40 })
    .map((lines) => Array.from({ length: lines }, (_, line) => `line ${line}\n`).join('')),
  fc.string({ maxLength: 30 }),
)
const target = fc.oneof(path, fc.constantFrom('.', '/etc', '/etc/passwd', '/nowhere'))

type Node = { readonly path: string; readonly content: string; readonly kind: 'file' | 'executable' | 'link' }
const node: fc.Arbitrary<Node> = fc.record({
  path,
  content: fc.oneof({ weight: 3, arbitrary: content }, target),
  kind: fc.constantFrom('file', 'file', 'file', 'executable', 'link'),
})

/** Operations as a shell of busybox does them; one that cannot be done does nothing. */
const operation = fc.oneof(
  fc
    .tuple(path, content)
    .map(([at, text]) => `mkdir -p "$(dirname -- ${q(at)})"; printf %b ${q(escaped(text))} >${q(at)}`),
  fc.tuple(path, content).map(([at, text]) => `printf %b ${q(escaped(text))} >>${q(at)}`),
  path.map((at) => `rm -rf -- ${q(at)}`),
  path.map((at) => `rm -rf -- ${q(at)}; mkdir -p -- ${q(at)}`),
  fc
    .tuple(path, path)
    .map(
      ([at, inner]) =>
        `rm -rf -- ${q(at)}; mkdir -p -- ${q(at)}; echo again >${q(`${at}/${inner.split('/')[0]}`)}`,
    ),
  fc.tuple(path, path).map(([from, to]) => `mv -- ${q(from)} ${q(to)}`),
  fc.tuple(path, path).map(([from, to]) => `mkdir -p "$(dirname -- ${q(to)})"; mv -T -- ${q(from)} ${q(to)}`),
  fc.tuple(target, path).map(([to, at]) => `ln -snf -- ${q(to)} ${q(at)}`),
  fc.tuple(path, path).map(([from, to]) => `ln -- ${q(from)} ${q(to)}`),
  fc
    .tuple(path, fc.constantFrom('+x', '-x', '600', '755'))
    .map(([at, mode]) => `test -d ${q(at)} || chmod ${mode} -- ${q(at)}`),
  path.map((at) => `touch -- ${q(at)}`),
  fc
    .tuple(path, path)
    .map(([one, other]) => `mv -- ${q(one)} .t; mv -- ${q(other)} ${q(one)}; mv .t ${q(other)}`),
  fc.constant('for f in *; do mv -- "$f" "$f.moved"; break; done'),
)

const sequence = fc.record({
  base: fc.array(node, { maxLength: 12 }),
  operations: fc.array(operation, { minLength: 1, maxLength: 12 }),
})

const q = (text: string): string => `'./${text.replaceAll("'", "'\\''")}'`.replace(/^'\.\/(\/|\.')/, "'$1")
const escaped = (text: string): string =>
  Array.from(Buffer.from(text), (byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('')

function layOut(folder: string, nodes: readonly Node[]): void {
  mkdirSync(folder)
  for (const { path: at, content: text, kind } of nodes) {
    const file = join(folder, at)
    try {
      mkdirSync(dirname(file), { recursive: true })
      if (kind === 'link') makeLink(text.replaceAll('\0', '') || '.', file)
      else writeFileSync(file, text, { flag: 'wx' })
      if (kind === 'executable') chmodSync(file, 0o755)
    } catch {
      // Something else is there already: the tree is as random without it.
    }
  }
}

/** `git apply` stops at a link that cannot be followed for another reason than that nothing is there. */
function makeLink(to: string, file: string): void {
  symlinkSync(to, file)
  try {
    statSync(file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code !== 'ENOENT' && error.code !== 'ENOTDIR')
      unlinkSync(file)
  }
}

it.each(['overlay', 'copy'])(
  'any sequence of file operations comes back exact by %s',
  async (method) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(sequence, { minLength: SEQUENCES, maxLength: SEQUENCES }),
        async (sequences) => {
          const job = await Job.create()
          try {
            bash('git init -q -b main', job.workspace)
            for (const [index, { base }] of sequences.entries())
              layOut(join(job.workspace, `s${index}`), base)
            bash('git add -A; git commit -q --allow-empty -m base', job.workspace)
            const run = sequences.map(
              ({ operations }, index) =>
                `mkdir -p s${index}; cd s${index}\n{ ${operations.join('\n')}\n} 2>/dev/null; cd ${q(job.workspace)}`,
            )
            const trial = await tryTask(job, `set +e\n${run.join('\n')}`, { workspace: method })
            expect(trial.record.error).toBeNull()
            expect(trial.record).toMatchObject({ status: 'succeeded', workspace: { method } })
            const wrong = sequences.flatMap((one, index) => {
              const found = differences(below(trial.left, `s${index}`), below(trial.applied, `s${index}`))
              return found.length > 0 ? [{ ...one, found }] : []
            })
            expect(wrong).toEqual([])
            expect(trial.untouched).toBe(true)
          } finally {
            await job.remove()
          }
        },
      ),
      { numRuns: TASKS, endOnFailure: true, seed: 20_240_601 },
    )
  },
  TRIES_TIMEOUT_MS,
)

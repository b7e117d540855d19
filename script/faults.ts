/** Tries the cells of the fault matrix that are named, or all, and prints a table of what became of them. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nameOf } from '../__tests__/support/faults/cell.ts'
import { CELLS, cellsNamed, type Tried, tryCells } from '../__tests__/support/faults/matrix.ts'
import { PHASES } from '../__tests__/support/faults/phases.ts'
import { FAULTS } from '../__tests__/support/faults/strikes.ts'
import { endWith } from './measure/engine.ts'

const names = process.argv.slice(2)
if (names.includes('--list')) {
  for (const cell of CELLS) console.log(nameOf(cell))
  process.exit()
}

const folder = mkdtempSync(join(tmpdir(), 'acode-faults-'))
try {
  const cells = cellsNamed(names)
  console.log(`${cells.length} cells; logs of those that fail are in ${folder}`)
  const tried = await tryCells(cells, report)
  console.log(`\n${tableOf(tried)}\n`)
  const broken = tried.filter(({ problems }) => problems.length > 0)
  for (const { cell, problems } of broken) console.log(`${nameOf(cell)}\n  ${problems.join('\n  ')}`)
  console.log(`${tried.length - broken.length} of ${tried.length} cells keep the promises.`)
  process.exitCode = broken.length === 0 ? 0 : 1
} catch (error) {
  endWith('faults', error)
}

function report({ cell, problems, outcome, seconds, log }: Tried): void {
  const name = nameOf(cell)
  const verdict = problems.length === 0 ? 'ok' : `FAILED: ${problems.join('; ')}`
  console.log(`${name.padEnd(28)} ${seconds.toFixed(1).padStart(5)} s  ${outcome.padEnd(24)} ${verdict}`)
  if (problems.length > 0)
    writeFileSync(join(folder, `${name.replace(':', '-')}.log`), `${problems.join('\n')}\n\n${log}`)
}

/** A row for each fault, a column for each phase: how the run ended, and a mark where that is not as promised. */
function tableOf(tried: readonly Tried[]): string {
  const rows = FAULTS.map(({ name }) => {
    const cells = PHASES.map((phase) => {
      const one = tried.find(({ cell }) => cell.fault.name === name && cell.phase === phase)
      return one === undefined ? '' : `${one.problems.length === 0 ? '' : '✗ '}${shortOutcome(one.outcome)}`
    })
    return [name, ...cells]
  })
  const line = (words: readonly string[]) => `| ${words.join(' | ')} |`
  const head = ['fault', ...PHASES.map(({ name }) => name)]
  const shown = rows.filter(([, ...cells]) => cells.some((cell) => cell !== ''))
  return [line(head), line(head.map(() => '---')), ...shown.map(line)].join('\n')
}

/** `error ACODE-CTN-005` as `error 005`. */
function shortOutcome(outcome: string): string {
  return outcome.replace('ACODE-CTN-', '')
}

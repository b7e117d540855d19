import { stripVTControlCharacters } from 'node:util'
import { shorten } from '../../formats/text.ts'

const LONGEST_LINE = 400

/**
 * The last lines of a log as plain text: without colours and control characters, each of a bounded length. What
 * `strike` takes out is looked for in the plain text: colours may have stood in the middle of a secret.
 */
export function lastLines(log: string, count: number, strike = (text: string): string => text): string {
  const lines = stripVTControlCharacters(log)
    .split('\n')
    // What a terminal would show of a line that was written over.
    .map((line) => line.replace(/\r+$/, '').split('\r').at(-1) ?? '')
    .map((line) => line.replace(/[^\P{Cc}\t]/gu, ''))
  const struck = strike(lines.join('\n'))
    .split('\n')
    .map((line) => shorten(line, LONGEST_LINE))
  while (struck.at(-1)?.trim() === '') struck.pop()
  return count === 0 ? '' : struck.slice(-count).join('\n')
}

/** The last lines that fit into so many bytes. */
export function endWithin(text: string, bytes: number): string {
  const buffer = Buffer.from(text)
  if (buffer.length <= bytes) return text
  const end = buffer.subarray(-Math.floor(bytes)).toString('utf8')
  return end.slice(end.indexOf('\n') + 1)
}

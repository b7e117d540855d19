import type { Socket } from 'node:net'
import type { Passage } from './ledger.ts'

/** How long a tunnel may be silent in both directions. */
const IDLE_MS = 15 * 60_000

/**
 * Joins two connections until both directions have ended or one breaks. What is not read on one side is not read
 * from the other, so that memory stays flat. Resolves when it is over.
 */
export function joinSockets(task: Socket, remote: Socket, passage: Passage): Promise<void> {
  task.on('data', (chunk: Buffer) => passage.sent(chunk.length))
  remote.on('data', (chunk: Buffer) => passage.received(chunk.length))
  const over = Promise.all(
    [
      [task, remote],
      [remote, task],
    ].map(
      ([from, to]) =>
        new Promise<void>((resolve) => {
          from?.once('error', () => from.destroy())
          from?.once('timeout', () => from.destroy())
          from?.once('close', () => {
            // An end that was not announced is none to wait behind.
            if (!from.readableEnded) to?.destroy()
            resolve()
          })
          from?.setTimeout(IDLE_MS)
        }),
    ),
  )
  task.pipe(remote)
  remote.pipe(task)
  return over.then(() => undefined)
}

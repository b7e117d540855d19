import { setTimeout as sleep } from 'node:timers/promises'

/**
 * A small process next to main, which reads what main holds open (run/context/guard.ts): a word says that main came to its end by
 * itself and left nothing. The end without it says that main died. Post or the next start mostly cleans up then; where
 * neither comes, this does. Nothing else is loaded before.
 */
const PATIENCE_MS = 15_000

const isDismissed = await new Promise<boolean>((resolve) => {
  process.stdin.once('data', () => resolve(true))
  process.stdin.once('end', () => resolve(false))
  process.stdin.once('error', () => resolve(false))
})
if (!isDismissed) {
  await sleep(PATIENCE_MS)
  const { endDead } = await import('./post/end-dead.ts')
  await endDead(process.argv[2] ?? '')
}
process.exit()

import { spawn } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'

const SIGNALS = pathToFileURL('src/host/signals.ts')

/** A process that listens, and says which signals it got. */
function listener() {
  const code = `
    const { stopSignals } = await import(${JSON.stringify(SIGNALS.href)})
    const { cancel, force } = stopSignals()
    cancel.addEventListener('abort', () => console.log('cancel'))
    force.addEventListener('abort', () => console.log('force'))
    setInterval(() => {}, 1000)
    console.log('ready')
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  return { child, says: (text: string) => expect.poll(() => said, { timeout: 20_000 }).toBe(text) }
}

describe('stopSignals (CTN-6)', () => {
  it.each<[string, NodeJS.Signals[], string[]]>([
    ['the runner’s cancel', ['SIGINT'], ['cancel\n']],
    ['the runner’s cancel and its end of patience', ['SIGINT', 'SIGTERM'], ['cancel\n', 'force\n']],
    ['SIGTERM alone', ['SIGTERM'], ['force\ncancel\n']],
    ['a second SIGINT', ['SIGINT', 'SIGINT'], ['cancel\n', 'force\n']],
  ])('after %s', async (_, signals, lines) => {
    const { child, says } = listener()
    await says('ready\n')
    let said = 'ready\n'
    for (const [at, signal] of signals.entries()) {
      child.kill(signal)
      said += lines[at]
      await says(said)
    }
    expect(child.exitCode).toBeNull()
  })
})

import type { PullMessage } from '../engine/pull-messages.ts'
import { formatBytes } from '../formats/units.ts'

/** How often a pull says how far it is. */
const INTERVAL_MS = 5_000

interface Layer {
  readonly current: number
  readonly total: number
  readonly isDone: boolean
}

/**
 * Makes the messages of a pull, hundreds a second, into a few lines: one at each interval at which something has
 * moved, and what the engine says of the image as a whole.
 */
export class PullProgress {
  readonly #layers = new Map<string, Layer>()
  readonly #onLine: (line: string) => void
  readonly #now: () => number
  #shownAt: number
  #shown = ''

  /** `now`: a clock in milliseconds. */
  constructor(onLine: (line: string) => void, now: () => number = () => performance.now()) {
    this.#onLine = onLine
    this.#now = now
    this.#shownAt = now()
  }

  /** Takes a message in. */
  take(message: PullMessage): void {
    if (message.about === 'image') this.#onLine(message.text)
    if (message.about !== 'layer') return
    const { layer, state } = message
    const before = this.#layers.get(layer) ?? { current: 0, total: 0, isDone: false }
    const total = message.total ?? before.total
    const isHere = state === 'arrived' || state === 'done'
    const current = isHere ? total : (message.current ?? before.current)
    this.#layers.set(layer, { current, total, isDone: state === 'done' })
    if (this.#now() - this.#shownAt >= INTERVAL_MS) this.#show()
  }

  /** How far the pull is: `2 of 5 layers, 31 MiB of 120 MiB`. Of layers that wait no size is known yet. */
  summary(): string {
    const layers = [...this.#layers.values()]
    const done = layers.filter(({ isDone }) => isDone).length
    const current = layers.reduce((sum, layer) => sum + layer.current, 0)
    const total = layers.reduce((sum, layer) => sum + layer.total, 0)
    const bytes = total === 0 ? '' : `, ${formatBytes(current)} of ${formatBytes(total)}`
    return `${done} of ${layers.length} layers${bytes}`
  }

  #show(): void {
    this.#shownAt = this.#now()
    const line = this.summary()
    if (line !== this.#shown) this.#onLine(line)
    this.#shown = line
  }
}

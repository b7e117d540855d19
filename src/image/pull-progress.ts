import type { PullMessage } from '../engine/pull-messages.ts'
import { formatBytes } from '../formats/units.ts'

/** How often a pull says how far it is. */
const INTERVAL_MS = 5_000

/** Statuses of a layer that has arrived, and of one that is in place. */
const ARRIVED = new Set(['Verifying Checksum', 'Download complete', 'Extracting', 'Pull complete'])
const DONE = new Set(['Pull complete', 'Already exists'])
/** All statuses of a layer; what else an engine says with an id is about the image. */
const OF_LAYERS = new Set([...ARRIVED, ...DONE, 'Pulling fs layer', 'Waiting', 'Downloading'])

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
  take({ id, status, current, total }: PullMessage): void {
    if (id === undefined || status.startsWith('Pulling from ')) {
      if (status !== '') this.#onLine(id === undefined ? status : `${id}: ${status}`)
      return
    }
    if (!OF_LAYERS.has(status)) return
    const before = this.#layers.get(id) ?? { current: 0, total: 0, isDone: false }
    const whole = status === 'Downloading' ? (total ?? before.total) : before.total
    const here = status === 'Downloading' ? (current ?? before.current) : before.current
    this.#layers.set(id, {
      current: ARRIVED.has(status) ? whole : here,
      total: whole,
      isDone: DONE.has(status),
    })
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

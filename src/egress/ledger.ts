import { visible } from '../formats/printable.ts'
import { hostText, type Target, targetOf } from './hosts.ts'
import type { Denial } from './policy.ts'
import { lineFor } from './rules.ts'

/** What went to one host and port. */
export interface AllowedRow {
  readonly host: string
  readonly port: number
  /** Tunnels and requests. */
  readonly count: number
  readonly sentBytes: number
  readonly receivedBytes: number
}

/** What was kept from one host and port. */
export interface DeniedRow {
  readonly host: string
  readonly port: number
  readonly count: number
  readonly reason: Denial
  /** The line that would allow it; null when none does. */
  readonly line: string | null
}

/** Where a task went, and where it wanted to. */
export interface EgressReport {
  readonly allowed: readonly AllowedRow[]
  readonly denied: readonly DeniedRow[]
  /** How many tunnels and requests are in no row: to more hosts than there are rows. */
  readonly furtherAllowed: number
  readonly furtherDenied: number
}

/** One tunnel or request, to which bytes are added as they pass. */
export interface Passage {
  sent(bytes: number): void
  received(bytes: number): void
}

/** A task may make up as many names as it likes. */
const MOST_ROWS = 200

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/** Counts where a task goes, in a bounded number of rows. */
export class Ledger {
  readonly #allowed = new Map<string, Mutable<AllowedRow>>()
  readonly #denied = new Map<string, Mutable<DeniedRow>>()
  #furtherAllowed = 0
  #furtherDenied = 0

  allow(target: Target): Passage {
    const row = rowIn(this.#allowed, keyOf(target), () => ({
      ...named(target),
      ...{ count: 0, sentBytes: 0, receivedBytes: 0 },
    }))
    if (row === null) this.#furtherAllowed++
    else row.count++
    return {
      sent: (bytes) => {
        if (row) row.sentBytes += bytes
      },
      received: (bytes) => {
        if (row) row.receivedBytes += bytes
      },
    }
  }

  deny(target: Target, reason: Denial): void {
    const row = rowIn(this.#denied, `${keyOf(target)} ${reason}`, () => ({
      ...named(target),
      ...{ count: 0, reason, line: REMEDIED.includes(reason) ? lineFor(target) : null },
    }))
    if (row === null) this.#furtherDenied++
    else row.count++
  }

  /** Everything so far, what was asked for most often first. */
  report(): EgressReport {
    return {
      allowed: sorted(this.#allowed),
      denied: sorted(this.#denied),
      furtherAllowed: this.#furtherAllowed,
      furtherDenied: this.#furtherDenied,
    }
  }
}

/** Reasons that another line of the list takes away. */
const REMEDIED: readonly Denial[] = ['not listed', 'port not listed']

const keyOf = (target: Target): string => `${hostText(target.host)} ${target.port}`

/** A name that was read as a host has nothing hidden in it; what prints it does not have to know. */
const named = ({ host, port }: Target) => ({ host: visible(hostText(host)), port })

function rowIn<Row>(rows: Map<string, Row>, key: string, make: () => Row): Row | null {
  const found = rows.get(key)
  if (found !== undefined) return found
  if (rows.size >= MOST_ROWS) return null
  const made = make()
  rows.set(key, made)
  return made
}

const sorted = <Row extends { readonly count: number }>(rows: ReadonlyMap<string, Row>): Row[] =>
  [...rows.values()].map((row) => ({ ...row })).sort((one, other) => other.count - one.count)

/** The lines that a task would need for all that it reached. */
export const neededLines = ({ allowed }: Pick<EgressReport, 'allowed'>): string[] =>
  [...new Set(allowed.map((row) => lineFor(targetOf(row))))].sort()

import { authorityText, type Target } from './hosts.ts'
import type { Denial } from './policy.ts'
import { lineFor } from './rules.ts'

/** The answer to a request that is refused. */
export function denialText(target: Target, denial: Denial): string {
  const what = `Refused by the egress list of this task: ${authorityText(target)}`
  switch (denial) {
    case 'not listed':
    case 'port not listed':
      return `${what} is not in it. To allow it, add the line ${lineFor(target)} to egress.`
    case 'no public address':
      return `${what} is no address of the internet; private addresses and those of the machine are never reached.`
    case 'not its own TLS name':
    case 'no TLS':
      return `${what} was asked for, and the connection is to another name.`
  }
}
